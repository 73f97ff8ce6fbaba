//! How deep a text would nest once parsed, read off its tokens in one pass without recursion.
//!
//! An upper estimate: at each level of brackets the links of its longest chains, added up over the levels that are open.
//! Parsers build `a or b or c` as a tree as deep as it is long, so each link counts as a level.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::Token;

use crate::error::EngineError;

/// What one level of brackets has seen since its last separator.
#[derive(Default)]
struct Level {
    /// Links of AND and OR.
    logical: usize,
    /// Links of other operators since the last AND or OR.
    run: usize,
    /// The longest such run.
    peak: usize,
    /// Links of UNION, INTERSECT and EXCEPT.
    sets: usize,
}

enum Part {
    Open,
    Close,
    Separator,
    Logical,
    Operator,
    Set,
    Other,
}

impl Level {
    fn depth(&self) -> usize {
        1 + self.sets + self.logical + self.peak.max(self.run)
    }
}

/// Refuses tokens that would nest deeper than the limit.
pub(super) fn check(tokens: &[Token], limit: usize) -> Result<(), EngineError> {
    let mut levels = vec![Level::default()];
    // Depth of all levels but the innermost: they do not change while it is open.
    let mut outer = 0;
    for token in tokens {
        let open = levels.len();
        let Some(level) = levels.last_mut() else { break };
        match part(token) {
            Part::Open => {
                outer += level.depth();
                levels.push(Level::default());
            }
            Part::Close if open > 1 => {
                levels.pop();
                outer -= levels.last().map_or(0, Level::depth);
            }
            Part::Separator => (level.logical, level.run, level.peak) = (0, 0, 0),
            Part::Logical => {
                level.logical += 1;
                level.peak = level.peak.max(level.run);
                level.run = 0;
            }
            Part::Operator => level.run += 1,
            Part::Set => *level = Level { sets: level.sets + 1, ..Level::default() },
            Part::Close | Part::Other => {}
        }
        if outer + levels.last().map_or(0, Level::depth) > limit {
            return Err(EngineError::refused(format!(
                "it nests deeper than {limit} (each link of a chain such as `a or b or c` counts); use `in (…)` or a join"
            )));
        }
    }
    Ok(())
}

fn part(token: &Token) -> Part {
    match token {
        Token::LParen | Token::LBracket | Token::LBrace => Part::Open,
        Token::RParen | Token::RBracket | Token::RBrace => Part::Close,
        Token::Comma | Token::SemiColon => Part::Separator,
        Token::Word(word) => keyword(word.keyword),
        Token::EOF | Token::Whitespace(_) | Token::Number(..) | Token::Char(_) | Token::Placeholder(_) => {
            Part::Other
        }
        token if is_text(token) => Part::Other,
        _ => Part::Operator,
    }
}

fn keyword(keyword: Keyword) -> Part {
    match keyword {
        Keyword::CASE => Part::Open,
        Keyword::END => Part::Close,
        Keyword::AND | Keyword::OR | Keyword::XOR => Part::Logical,
        Keyword::UNION | Keyword::INTERSECT | Keyword::EXCEPT | Keyword::MINUS => Part::Set,
        Keyword::SELECT
        | Keyword::FROM
        | Keyword::WHERE
        | Keyword::HAVING
        | Keyword::ORDER
        | Keyword::GROUP => Part::Separator,
        Keyword::WHEN | Keyword::THEN | Keyword::ELSE | Keyword::ON | Keyword::JOIN | Keyword::LIMIT => {
            Part::Separator
        }
        Keyword::NOT | Keyword::IS | Keyword::LIKE | Keyword::ILIKE | Keyword::BETWEEN | Keyword::IN => {
            Part::Operator
        }
        Keyword::INTERVAL
        | Keyword::PRIOR
        | Keyword::COLLATE
        | Keyword::AT
        | Keyword::SIMILAR
        | Keyword::RLIKE => Part::Operator,
        _ => Part::Other,
    }
}

fn is_text(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::NationalStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::Period
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    fn passes(sql: &str) -> bool {
        let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().unwrap();
        check(&tokens, 200).is_ok()
    }

    #[test]
    fn chains_brackets_cases_and_unions_count_and_lists_do_not() {
        let many = |piece: &str, times| vec![piece; times].join(" ");
        assert!(passes(&format!("select {}", many("a = 1 or", 190))));
        assert!(!passes(&format!("select {}", many("a = 1 or", 201))));
        assert!(!passes(&format!("select {}", many("1 +", 201))));
        assert!(!passes(&format!("select {}", many("not", 201))));
        assert!(!passes(&format!("select {}", many("- ", 201))));
        assert!(!passes(&many("select 1 union all", 201)));
        assert!(!passes(&many("(", 201)));
        assert!(!passes(&many("case when a then", 201)));
        assert!(passes(&format!("select a in ({} 1)", many("1,", 5000))));
        assert!(passes(&format!("select {} 1", many("f(a + b) as c,", 1000))));
        assert!(passes(&format!("select case {} end", many("when a = 1 and b = 2 then 'x'", 500))));
    }
}
