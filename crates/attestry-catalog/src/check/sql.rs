//! A look at a query's words: which tables and which parameters it names. It parses no SQL; the engine does.

/// Columns of the table `parameter` that every test has.
pub(super) const GIVEN: [&str; 3] = ["period_start", "period_end", "as_of_at"];

/// Words that can follow a table without being its alias.
const KEYWORDS: [&str; 13] = [
    "on", "where", "join", "cross", "left", "right", "full", "inner", "group", "order", "union", "limit",
    "having",
];

/// The words and dots of a query, in lower case, with their lines; comments and quoted text left out.
pub(super) struct Query(Vec<(String, usize)>);

impl Query {
    pub(super) fn new(text: &str) -> Self {
        let mut words: Vec<(String, usize)> = Vec::new();
        let mut quoted = false;
        for (at, line) in text.lines().enumerate() {
            let mut word = String::new();
            let mut chars = line.chars().peekable();
            while let Some(c) = chars.next() {
                let starts_comment = c == '-' && chars.peek() == Some(&'-');
                if !quoted && (c.is_alphanumeric() || c == '_') {
                    word.extend(c.to_lowercase());
                    continue;
                }
                push(&mut words, &mut word, at + 1);
                match c {
                    '\'' => quoted = !quoted,
                    _ if quoted => {}
                    _ if starts_comment => break,
                    '.' | ',' | '(' | ')' => words.push((c.to_string(), at + 1)),
                    _ => {}
                }
            }
            push(&mut words, &mut word, at + 1);
        }
        Self(words)
    }

    /// Every table named after `FROM` or `JOIN`, with its line.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&str, usize)> {
        let pairs = self.0.iter().zip(self.0.iter().skip(1));
        pairs
            .filter(|((before, _), _)| before == "from" || before == "join")
            .map(|(_, (table, line))| (table.as_str(), *line))
    }

    /// Every column of the table `parameter` that is read through its name or an alias, with its line.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&str, usize)> {
        let aliases = self.aliases();
        let dotted = self.0.iter().zip(self.0.iter().skip(1)).zip(self.0.iter().skip(2));
        dotted
            .filter(move |(((table, _), (dot, _)), _)| dot == "." && aliases.contains(&table.as_str()))
            .map(|(_, (column, line))| (column.as_str(), *line))
    }

    /// The names that the table `parameter` goes by.
    fn aliases(&self) -> Vec<&str> {
        let mut aliases = vec!["parameter"];
        let mut words = self.0.iter().map(|(word, _)| word.as_str()).peekable();
        while let Some(word) = words.next() {
            if word != "parameter" {
                continue;
            }
            words.next_if(|next| *next == "as");
            let is_name = |next: &&str| next.starts_with(char::is_alphabetic) && !KEYWORDS.contains(next);
            aliases.extend(words.peek().copied().filter(is_name));
        }
        aliases
    }
}

fn push(words: &mut Vec<(String, usize)>, word: &mut String, line: usize) {
    if !word.is_empty() {
        words.push((std::mem::take(word), line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_parameters_are_found_with_their_lines() {
        let text = "SELECT 'from nowhere' -- from comment\nFROM change c\nCROSS JOIN parameter AS p\nWHERE c.x > p.days\n  AND parameter.hours = p.period_end";
        let query = Query::new(text);
        assert_eq!(query.tables().collect::<Vec<_>>(), [("change", 2), ("parameter", 3)]);
        assert_eq!(query.parameters().collect::<Vec<_>>(), [("days", 4), ("hours", 5), ("period_end", 5)]);
    }

    #[test]
    fn a_keyword_after_the_table_is_no_alias() {
        let query = Query::new("SELECT 1 FROM parameter WHERE where.x = 1 AND parameter.days = 1");
        assert_eq!(query.parameters().collect::<Vec<_>>(), [("days", 1)]);
    }
}
