//! The questions one by one, at a terminal.

use std::io::{self, BufRead, Write};

use anstyle::Style;
use attestry_domain::advise::{Adviser, Answer, Choice, Profile, Question, QuestionKind};
use attestry_domain::time::{self, Day};

use crate::ui::words::wrapped;

/// The width of questions: what people read at ease.
const WIDTH: usize = 80;

/// Asks what is worth asking; what is left empty is not known, and so is all that comes after the input's end.
pub(super) fn ask(
    adviser: &Adviser,
    today: Day,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Profile> {
    let dim = Style::new().dimmed();
    writeln!(output, "{dim}Answer with numbers or words. Enter alone: not known. ?: help.{dim:#}")?;
    let mut profile = Profile::default();
    for question in adviser.questions() {
        if !adviser.is_worth_asking(question, &profile, today) {
            continue;
        }
        match one(question, input, output)? {
            Said::Nothing => {}
            Said::Answer(answer) => profile = profile.with(question.id.as_str(), answer),
            Said::End => break,
        }
    }
    writeln!(output)?;
    Ok(profile)
}

/// What was said to a question.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Answer(Answer),
    End,
}

/// One question, asked until the answer is understood.
fn one(question: &Question, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<Said> {
    let bold = Style::new().bold();
    writeln!(output)?;
    for line in wrapped(&question.text, WIDTH) {
        writeln!(output, "{bold}{line}{bold:#}")?;
    }
    if matches!(question.kind, QuestionKind::One | QuestionKind::Many) {
        for (at, choice) in question.options.iter().enumerate() {
            writeln!(output, "  {:>2}  {}", at + 1, choice.label)?;
        }
    }
    loop {
        write!(output, "{}: ", form(question.kind))?;
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(Said::End);
        }
        match line.trim() {
            "" => return Ok(Said::Nothing),
            "?" => help(question, output)?,
            text => match answer(question, text) {
                Ok(answer) => return Ok(Said::Answer(answer)),
                Err(wrong) => writeln!(output, "{wrong}")?,
            },
        }
    }
}

const fn form(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::One => "One of them",
        QuestionKind::Many => "Any of them, as 1, 3",
        QuestionKind::Flag => "Yes or no",
        QuestionKind::Date => "A day, as 2026-05-12",
    }
}

fn help(question: &Question, output: &mut impl Write) -> io::Result<()> {
    for line in wrapped(&question.help, WIDTH) {
        writeln!(output, "{line}")?;
    }
    Ok(())
}

fn answer(question: &Question, text: &str) -> Result<Answer, String> {
    match question.kind {
        QuestionKind::Date => time::day(text).map(Answer::from).map_err(|error| error.to_string()),
        QuestionKind::Flag => match text.to_lowercase().as_str() {
            "yes" | "y" | "true" => Ok(true.into()),
            "no" | "n" | "false" => Ok(false.into()),
            _ => Err(format!("`{text}` is neither yes nor no")),
        },
        QuestionKind::One => {
            choice(question, text).map(|id| id.into()).ok_or_else(|| unknown(question, text))
        }
        QuestionKind::Many => many(question, text).map(Answer::from),
    }
}

/// Options in a line: between commas, or between spaces where none is more than a word.
fn many(question: &Question, text: &str) -> Result<Vec<String>, String> {
    if let Some(id) = choice(question, text) {
        return Ok(vec![id.to_owned()]);
    }
    let pieces: Vec<&str> =
        if text.contains(',') { text.split(',').collect() } else { text.split_whitespace().collect() };
    let mut chosen: Vec<String> = Vec::new();
    for piece in pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()) {
        let id = choice(question, piece).ok_or_else(|| unknown(question, piece))?;
        if !chosen.iter().any(|one| one == id) {
            chosen.push(id.to_owned());
        }
    }
    Ok(chosen)
}

/// An option by its name, its label or its number, in that order.
fn choice<'a>(question: &'a Question, text: &str) -> Option<&'a str> {
    let named = |choice: &&Choice| {
        choice.id.eq_ignore_ascii_case(text) || choice.label.to_lowercase() == text.to_lowercase()
    };
    let numbered = || question.options.get(text.parse::<usize>().ok()?.checked_sub(1)?);
    question.options.iter().find(named).or_else(numbered).map(|choice| choice.id.as_str())
}

fn unknown(question: &Question, text: &str) -> String {
    let names = question.options.iter().map(|choice| choice.id.as_str());
    let near = attestry_app::files::nearest(text, names);
    let near = near.first().map(|near| format!("; nearest: {near}")).unwrap_or_default();
    format!("`{text}` is none of the {} answers{near}", question.options.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        time::day("2026-11-21").unwrap()
    }

    /// The profile that these lines make, and what was printed.
    fn said(lines: &str) -> (Profile, String) {
        let catalog = attestry_catalog::embedded().unwrap();
        let mut output = Vec::new();
        let profile = ask(&catalog.adviser, today(), &mut lines.as_bytes(), &mut output).unwrap();
        (profile, anstream::adapter::strip_str(&String::from_utf8(output).unwrap()).to_string())
    }

    #[test]
    fn numbers_names_and_labels_are_the_same_answer() {
        for line in ["1, 2", "us eu", "United States, European Union", "US, 2, us"] {
            let (profile, printed) = said(&format!("{line}\n"));
            assert_eq!(profile.texts("customers"), ["us", "eu"], "{line}\n{printed}");
        }
    }

    #[test]
    fn an_empty_line_is_not_known_and_a_question_mark_shows_help_and_asks_again() {
        let (profile, printed) = said("?\n\n");
        assert!(profile.is_empty());
        let catalog = attestry_catalog::embedded().unwrap();
        let help = wrapped(&catalog.adviser.question("customers").unwrap().help, WIDTH);
        assert!(printed.contains(&help[0]), "{printed}");
    }

    #[test]
    fn what_is_no_answer_is_told_and_asked_again() {
        let (profile, printed) = said("7\nmars\nuss\nus\n");
        assert_eq!(profile.texts("customers"), ["us"]);
        assert!(printed.contains("`mars` is none of the 3 answers"), "{printed}");
        assert!(printed.contains("nearest: us"), "{printed}");
        assert_eq!(printed.matches("is none of the").count(), 3);
    }

    #[test]
    fn a_question_that_an_answer_makes_pointless_is_not_asked() {
        let asks = |profile: &Profile| {
            let catalog = attestry_catalog::embedded().unwrap();
            let question = catalog.adviser.question("takes_iso27001").unwrap();
            catalog.adviser.is_worth_asking(question, profile, today())
        };
        assert!(!asks(&Profile::default()));
        assert!(asks(&Profile::default().with("waits_on", "data_us")));
        let (_, printed) = said(&"\n".repeat(40));
        let text = "Would those buyers in the United States take";
        assert!(!printed.contains(text), "{printed}");
    }

    #[test]
    fn every_answer_that_is_accepted_is_one_that_files_may_have() {
        let catalog = attestry_catalog::embedded().unwrap();
        for question in catalog.adviser.questions() {
            let texts: Vec<String> = match question.kind {
                QuestionKind::Flag => vec!["y".into(), "No".into()],
                QuestionKind::Date => vec!["2027-03-01".into()],
                _ => (1..=question.options.len()).map(|at| at.to_string()).collect(),
            };
            for text in texts {
                let answer = answer(question, &text).unwrap();
                let profile = Profile::default().with(question.id.as_str(), answer);
                assert_eq!(profile.faults(&catalog.adviser), [], "{} {text}", question.id);
            }
        }
    }
}
