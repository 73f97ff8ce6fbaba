//! What an organisation says about itself. Every field may be left open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::advise::content::{Adviser, Choice, Question, QuestionKind};
use crate::time::{self, Day};

/// Answers by field. A field that is missing, empty or `unknown` is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile {
    answers: BTreeMap<String, Answer>,
}

/// One answer, in the form in which files have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    Flag(bool),
    /// The name of an option, or a day.
    Text(String),
    /// Names of options.
    Texts(Vec<String>),
    /// Left open.
    Open,
}

/// An answer that the adviser does not understand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfileFault {
    /// A field that is not asked for.
    #[error("unknown field `{field}`; the fields are {}", .known.join(", "))]
    Field {
        /// The field.
        field: String,
        /// The fields that are asked for.
        known: Vec<String>,
    },
    /// None of the options.
    #[error("`{answer}` is no answer to `{field}`; choose from {}", .known.join(", "))]
    Option {
        /// The field.
        field: String,
        /// The answer.
        answer: String,
        /// The options.
        known: Vec<String>,
    },
    /// Several answers where one is asked for.
    #[error("`{field}` takes one answer and has {count}; choose from {}", .known.join(", "))]
    Several {
        /// The field.
        field: String,
        /// How many answers it has.
        count: usize,
        /// The options.
        known: Vec<String>,
    },
    /// No day.
    #[error("`{answer}` is no day for `{field}`; expected a form like 2026-05-12")]
    Day {
        /// The field.
        field: String,
        /// The answer.
        answer: String,
    },
}

impl From<bool> for Answer {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Day> for Answer {
    fn from(day: Day) -> Self {
        Self::Text(day.to_string())
    }
}

impl<const N: usize> From<[&str; N]> for Answer {
    fn from(texts: [&str; N]) -> Self {
        Self::Texts(texts.map(str::to_owned).to_vec())
    }
}

impl From<Vec<String>> for Answer {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl Profile {
    /// The same with a field answered anew.
    #[must_use]
    pub fn with(mut self, field: &str, answer: impl Into<Answer>) -> Self {
        self.answers.insert(field.to_owned(), answer.into());
        self
    }

    /// Adds one answer as a form sends it: a field that comes again has several.
    pub fn add(&mut self, field: &str, value: &str) {
        let value = value.trim();
        let before = self.texts(field).into_iter().map(str::to_owned);
        let texts: Vec<String> = before.chain((!value.is_empty()).then(|| value.to_owned())).collect();
        self.answers.insert(field.to_owned(), Answer::Texts(texts));
    }

    /// The answers of a field as texts; none when it is open.
    pub fn texts(&self, field: &str) -> Vec<&str> {
        let texts: Vec<&str> = match self.answers.get(field) {
            None | Some(Answer::Open) => Vec::new(),
            Some(Answer::Flag(flag)) => vec![if *flag { "yes" } else { "no" }],
            Some(Answer::Text(text)) => vec![text.as_str()],
            Some(Answer::Texts(texts)) => texts.iter().map(String::as_str).collect(),
        };
        texts.into_iter().map(str::trim).filter(|text| !text.is_empty() && *text != "unknown").collect()
    }

    /// Whether nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.answers.keys().all(|field| self.texts(field).is_empty())
    }

    /// Every answer that an adviser does not understand, in order of field.
    pub fn faults(&self, adviser: &Adviser) -> Vec<ProfileFault> {
        let mut faults = Vec::new();
        for field in self.answers.keys() {
            match adviser.question(field) {
                Some(question) => faults.extend(self.faults_of(question)),
                None => {
                    let known = adviser.questions().iter().map(|question| question.id.to_string()).collect();
                    faults.push(ProfileFault::Field { field: field.clone(), known });
                }
            }
        }
        faults
    }

    fn faults_of(&self, question: &Question) -> Vec<ProfileFault> {
        let field = question.id.to_string();
        let known: Vec<String> = question.options.iter().map(|choice| choice.id.clone()).collect();
        let texts = self.texts(question.id.as_str());
        if texts.len() > 1 && question.kind != QuestionKind::Many {
            let count = texts.len();
            return vec![ProfileFault::Several { field, count, known }];
        }
        let fault = |text: &str| {
            let (field, answer) = (field.clone(), text.to_owned());
            match question.kind {
                QuestionKind::Date => time::day(text).err().map(|_| ProfileFault::Day { field, answer }),
                _ if known.iter().any(|option| option == option_name(question, text)) => None,
                _ => Some(ProfileFault::Option { field, answer, known: known.clone() }),
            }
        };
        texts.into_iter().filter_map(fault).collect()
    }

    /// The options of a question that the profile has.
    pub(super) fn options<'a>(&'a self, question: &'a Question, today: Day) -> Vec<&'a str> {
        if question.kind == QuestionKind::Date {
            let span = self.day(question).and_then(|day| span(&question.options, day, today));
            return span.into_iter().collect();
        }
        let texts = self.texts(question.id.as_str());
        let most = if question.kind == QuestionKind::Many { usize::MAX } else { 1 };
        texts.into_iter().take(most).map(|text| option_name(question, text)).collect()
    }

    /// The day that a question about a date was answered with.
    pub(super) fn day(&self, question: &Question) -> Option<Day> {
        if question.kind != QuestionKind::Date {
            return None;
        }
        self.texts(question.id.as_str()).first().and_then(|text| time::day(text).ok())
    }
}

/// Files may say `true` and `false` for yes and no.
fn option_name<'a>(question: &Question, text: &'a str) -> &'a str {
    match (question.kind, text) {
        (QuestionKind::Flag, "true") => "yes",
        (QuestionKind::Flag, "false") => "no",
        _ => text,
    }
}

/// The first span of time that holds a day.
fn span(choices: &[Choice], day: Day, today: Day) -> Option<&str> {
    let holds =
        |choice: &&Choice| choice.within_months.is_none_or(|months| day <= months_after(today, months));
    choices.iter().find(holds).map(|choice| choice.id.as_str())
}

/// The day so many months after another; the calendar's last day when it ends before.
pub(super) fn months_after(day: Day, months: u32) -> Day {
    let span = jiff::Span::new().try_months(months);
    span.and_then(|span| day.checked_add(span)).unwrap_or(Day::MAX)
}
