//! The adviser: questions whose answers stand in the address, then the plan that follows from them.

use askama::Template;
use attestry_domain::advise::{Adviser, Profile, Question, QuestionKind, advise};
use attestry_domain::time::Day;
use axum::response::Response;

use crate::context::Context;
use crate::pages::plan::{self, PlanShown};
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{counted, sentence};
use crate::view::{Frame, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "adviser.html")]
pub struct AdviserPage {
    /// Around it.
    pub frame: Frame,
    /// The axis as fields of the form.
    pub hidden: Vec<(&'static str, String)>,
    /// The questions worth asking.
    pub questions: Vec<Asked>,
    /// How many are answered, in words.
    pub answered: String,
    /// Questions that matter now and are open: anchor and text.
    pub open: Vec<(String, String)>,
    /// Answers that are not understood.
    pub faults: Vec<String>,
    /// The plan; `None` while nothing is answered.
    pub plan: Option<PlanShown>,
}

/// A question with what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The field of the form.
    pub field: String,
    /// The question.
    pub text: String,
    /// What helps to answer it.
    pub help: String,
    /// How it is answered.
    pub kind: AskedKind,
    /// The day answered, for a date.
    pub day: String,
    /// The options: name, words, whether it is chosen.
    pub options: Vec<(String, String, bool)>,
}

/// How a question is answered in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedKind {
    /// One of the options, or none.
    One,
    /// Any number of the options.
    Many,
    /// A day.
    Day,
}

/// Fields of an address that are no answers.
const NO_ANSWERS: [&str; 5] = ["as_of", "period", "from", "to", "at"];

/// The page: questions, and the plan when something is answered.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let fields: Vec<(String, String)> = context.reader.query()?;
    let adviser = &context.catalog().adviser;
    let (mut profile, mut keep) = (Profile::default(), Vec::new());
    for (name, value) in fields.into_iter().filter(|(name, _)| !NO_ANSWERS.contains(&name.as_str())) {
        profile.add(&name, &value);
        keep.push((name, value));
    }
    let today = context.axis.as_of.unwrap_or_else(|| context.reader.state.workspace.today());
    let worth = adviser.questions().iter().filter(|one| adviser.is_worth_asking(one, &profile, today));
    let questions: Vec<Asked> = worth.map(|one| asked(one, &profile)).collect();
    let is_open = |one: &&Asked| profile.texts(&one.field).is_empty();
    let open: Vec<(String, String)> =
        questions.iter().filter(is_open).map(|one| (one.field.clone(), one.text.clone())).collect();
    let done = questions.len() - open.len();
    page(&AdviserPage {
        frame: context.frame(Place::Adviser, "Adviser").keeping(keep),
        hidden: context.hidden(),
        answered: format!("{done} of {} answered", counted(questions.len() as u64, "question", "questions")),
        questions,
        open,
        faults: profile.faults(adviser).into_iter().map(|one| sentence(&one.to_string())).collect(),
        plan: planned(&context, adviser, &profile, today),
    })
}

fn planned(context: &Context, adviser: &Adviser, profile: &Profile, today: Day) -> Option<PlanShown> {
    (!profile.is_empty()).then(|| plan::shown(context, &advise(adviser, profile, today)))
}

fn asked(question: &Question, profile: &Profile) -> Asked {
    let field = question.id.to_string();
    let texts = profile.texts(&field);
    let kind = match question.kind {
        QuestionKind::One | QuestionKind::Flag => AskedKind::One,
        QuestionKind::Many => AskedKind::Many,
        QuestionKind::Date => AskedKind::Day,
    };
    let options = question.options.iter();
    let options = options.map(|one| (one.id.clone(), one.label.clone(), texts.contains(&one.id.as_str())));
    Asked {
        day: texts.first().filter(|_| kind == AskedKind::Day).map(ToString::to_string).unwrap_or_default(),
        options: options.collect(),
        text: question.text.clone(),
        help: question.help.clone(),
        kind,
        field,
    }
}
