//! What went wrong, where, and what to do, with the exit code that says whose fault it is.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use attestry_app::AppError;
use attestry_domain::decide::Refusal;

/// Why a verb did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    code: u8,
    what: String,
    places: Vec<String>,
    help: Option<String>,
}

/// The answer is no.
pub(crate) const NO: u8 = 1;
/// The call was wrong.
pub(crate) const WRONG: u8 = 2;
/// It could not be done.
pub(crate) const FAILED: u8 = 3;

impl Fault {
    /// The answer is no: exit code 1.
    pub(crate) fn no(what: impl Display) -> Self {
        Self::of(NO, what)
    }

    /// The call was wrong: exit code 2.
    pub(crate) fn wrong(what: impl Display) -> Self {
        Self::of(WRONG, what)
    }

    /// It could not be done: exit code 3.
    pub(crate) fn failed(what: impl Display) -> Self {
        Self::of(FAILED, what)
    }

    fn of(code: u8, what: impl Display) -> Self {
        Self { code, what: what.to_string(), places: Vec::new(), help: None }
    }

    /// Where it is.
    pub(crate) fn at(mut self, place: impl Display) -> Self {
        self.places.push(place.to_string());
        self
    }

    /// What to do.
    pub(crate) fn help(mut self, help: impl Display) -> Self {
        self.help = Some(help.to_string());
        self
    }

    /// Prints it on standard error and gives its exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let _nobody_to_tell = anstream::stderr().lock().write_all(self.render().as_bytes());
        ExitCode::from(self.code)
    }

    fn render(&self) -> String {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let bold = Style::new().bold();
        let mut text = format!("{red}error{red:#}: {}\n", self.what);
        for place in &self.places {
            text.push_str(&format!("  {place}\n"));
        }
        if let Some(help) = &self.help {
            text.push_str(&format!("  {bold}help{bold:#}: {help}\n"));
        }
        text
    }
}

impl From<AppError> for Fault {
    fn from(error: AppError) -> Self {
        let code = if error.is_callers() { WRONG } else { FAILED };
        match error {
            AppError::Refused(Refusal::Rule { what, why }) => Self::of(code, what).help(why),
            AppError::Refused(Refusal::Unknown { kind, id, near })
            | AppError::NotFound { kind, id, near } => unknown(code, kind, &id, &near),
            AppError::Refused(refusal @ Refusal::NotAllowed { .. }) => {
                Self::of(code, refusal).help("name somebody who may with --as EMAIL")
            }
            error => Self::split(code, &error.to_string()),
        }
    }
}

fn unknown(code: u8, kind: &str, id: &str, near: &[String]) -> Fault {
    let fault = Fault::of(code, format!("there is no {kind} `{id}`"));
    if near.is_empty() { fault } else { fault.help(format!("nearest: {}", near.join(", "))) }
}

impl Fault {
    /// Messages say what to do after their last semicolon, and further lines are places.
    pub(crate) fn split(code: u8, message: &str) -> Self {
        let mut lines = message.lines();
        let first = lines.next().unwrap_or_default();
        let mut fault =
            match first.rsplit_once("; ").filter(|(what, _)| what.matches('`').count().is_multiple_of(2)) {
                Some((what, help)) => Self::of(code, what).help(help),
                None => Self::of(code, first),
            };
        fault.places.extend(lines.map(|line| line.trim().to_owned()));
        fault
    }
}

impl From<attestry_store::StoreError> for Fault {
    fn from(error: attestry_store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(fault: &Fault) -> String {
        anstream::adapter::strip_str(&fault.render()).to_string()
    }

    #[test]
    fn a_rule_says_what_and_what_to_do() {
        let refusal =
            Refusal::Rule { what: "control CHG-01 has no procedure".into(), why: "write one first".into() };
        let fault = Fault::from(AppError::from(refusal));
        assert_eq!(plain(&fault), "error: control CHG-01 has no procedure\n  help: write one first\n");
        assert_eq!(fault.code, WRONG);
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is() {
        let near = vec!["CHG-01".to_owned(), "CHG-02".to_owned()];
        let fault = Fault::from(AppError::NotFound { kind: "control", id: "CHG-1".into(), near });
        assert_eq!(plain(&fault), "error: there is no control `CHG-1`\n  help: nearest: CHG-01, CHG-02\n");
    }

    #[test]
    fn a_semicolon_inside_a_quoted_value_is_no_advice() {
        let fault = Fault::split(FAILED, "`a; b` cannot be read");
        assert_eq!(plain(&fault), "error: `a; b` cannot be read\n");
    }
}
