//! A plan of the adviser: steps in order with months, reasons and costs, a timeline, what can wait and what is not
//! needed.

use attestry_domain::advise::{
    CategoryAdvice, Cost, Effort, Force, Later, NotNeeded, Plan, PlannedStep, SharedWork, Source, Verdict,
    Why,
};
use attestry_domain::time::{Day, day_words};

use crate::context::Context;
use crate::pages::links::{self, FrameworkLink};
use crate::view::words::{counted, grouped, sentence};
use crate::view::{Moment, Timeline, TimelineBar, TimelineRow};

/// A plan as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanShown {
    /// How long it takes, as a sentence.
    pub lead: String,
    /// The deadline and what it does, if there is one.
    pub deadline: String,
    /// What happens when.
    pub chart: Timeline,
    /// The steps in order.
    pub steps: Vec<StepShown>,
    /// What can wait.
    pub later: Vec<LaterShown>,
    /// What is not needed.
    pub not_needed: Vec<UnneededShown>,
    /// What is there already.
    pub held: Vec<UnneededShown>,
    /// What to do with categories.
    pub categories: Vec<CategoryShown>,
    /// What else to know: text and source.
    pub notes: Vec<(String, Sourced)>,
    /// What a plan is not.
    pub disclaimer: String,
}

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced {
    /// The rule that says it; empty when no rule does.
    pub rule: String,
    /// The source.
    pub source: String,
    /// When it was checked.
    pub checked: Option<Moment>,
}

/// A reason with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonShown {
    /// The reason.
    pub reason: String,
    /// Where it comes from.
    pub sourced: Sourced,
}

/// A step of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepShown {
    /// Its name, as anchor.
    pub id: String,
    /// What it is.
    pub title: String,
    /// From which month to which, and how long.
    pub when: String,
    /// What comes out.
    pub gives: String,
    /// The framework it works on.
    pub framework: Option<FrameworkLink>,
    /// Whether somebody demands it.
    pub force: &'static str,
    /// The step that it is done within: anchor and title.
    pub within: Option<(String, String)>,
    /// Steps that start together with it.
    pub beside: Vec<(String, String)>,
    /// Whether it ends after the deadline.
    pub after_deadline: bool,
    /// Why it is here, and why then.
    pub why: Vec<ReasonShown>,
    /// What is paid to others: range and source.
    pub costs: Vec<(String, Sourced)>,
    /// What to know about the cost.
    pub cost_note: String,
    /// The organisation's own work.
    pub effort: &'static str,
    /// Work that serves another step too.
    pub shared: Vec<SharedShown>,
    /// Days from which the law behind it applies: day, what, source.
    pub applies: Vec<(Moment, String, Sourced)>,
    /// Its parts.
    pub phases: Vec<PhaseShown>,
}

/// Work that serves another step too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedShown {
    /// The other step.
    pub title: String,
    /// Its anchor, when it is in the plan.
    pub anchor: Option<String>,
    /// What is shared.
    pub what: String,
}

/// A part of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseShown {
    /// What happens in it.
    pub title: String,
    /// First day.
    pub starts: Moment,
    /// First day after it.
    pub ends: Moment,
    /// Months it takes, at least and at most.
    pub months: String,
    /// Where its length comes from.
    pub sourced: Sourced,
}

/// A step that can wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterShown {
    /// What it is.
    pub title: String,
    /// Until when.
    pub until: String,
    /// Why.
    pub why: Vec<ReasonShown>,
}

/// A step that is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnneededShown {
    /// What it is.
    pub title: String,
    /// Why.
    pub why: ReasonShown,
}

/// What to do with a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryShown {
    /// Its title with its framework.
    pub title: String,
    /// What to do with it.
    pub verdict: &'static str,
    /// What taking it in costs.
    pub cost: String,
    /// Why.
    pub why: Vec<ReasonShown>,
}

/// A plan in words and as a chart.
pub(crate) fn shown(context: &Context, plan: &Plan) -> PlanShown {
    let (held, not_needed): (Vec<&NotNeeded>, Vec<&NotNeeded>) =
        plan.not_needed.iter().partition(|one| one.held);
    let deadline = plan.deadline.map(|day| {
        let late = plan.steps.iter().filter(|step| step.after_deadline).count() as u64;
        let day = day_words(day);
        match late {
            0 => format!("Everything in it is done by {day}, the day that you named."),
            late => {
                format!("{} after {day}, the day that you named.", counted(late, "step ends", "steps end"))
            }
        }
    });
    PlanShown {
        lead: lead(plan),
        deadline: deadline.unwrap_or_default(),
        chart: chart(plan),
        steps: plan.steps.iter().map(|one| step(context, plan, one)).collect(),
        later: plan.later.iter().map(later).collect(),
        not_needed: not_needed.into_iter().map(unneeded).collect(),
        held: held.into_iter().map(unneeded).collect(),
        categories: plan.categories.iter().map(|one| category(context, one)).collect(),
        notes: plan
            .notes
            .iter()
            .map(|one| (one.text.clone(), sourced(one.rule.as_str(), &one.source)))
            .collect(),
        disclaimer: plan.disclaimer.clone(),
    }
}

fn lead(plan: &Plan) -> String {
    let Some(last) = plan.steps.iter().map(|step| step.ends).max() else {
        return "Nothing has to be done.".to_owned();
    };
    let months = counted(plan.months().len() as u64, "month", "months");
    let steps = counted(plan.steps.len() as u64, "step", "steps");
    format!("{steps} over {months}, from {} to {}.", month(plan.as_of), month(last))
}

fn month(day: Day) -> String {
    day.strftime("%b %Y").to_string()
}

/// Days from the day of asking; 0 for days before it.
fn days(plan: &Plan, day: Day) -> u32 {
    let span = plan.as_of.until(day).map_or(0, |span| span.get_days());
    u32::try_from(span).unwrap_or(0)
}

fn chart(plan: &Plan) -> Timeline {
    let row = |step: &PlannedStep| TimelineRow {
        label: step.title.clone(),
        words: span(step),
        bars: step
            .phases
            .iter()
            .map(|phase| TimelineBar { from: days(plan, phase.starts), to: days(plan, phase.ends) })
            .collect(),
    };
    let ends = plan.steps.iter().map(|step| step.ends).chain(plan.deadline);
    let last = ends.map(|day| days(plan, day)).max().unwrap_or(1);
    let months = plan.months();
    let every = match months.len() {
        ..=8 => 1,
        9..=30 => 6,
        _ => 12,
    };
    let ticks = months.iter().filter(|one| one.number.is_multiple_of(every));
    Timeline {
        title: lead(plan),
        rows: plan.steps.iter().map(row).collect(),
        ticks: ticks.map(|one| (days(plan, one.starts), month(one.starts))).collect(),
        line: plan.deadline.map(|day| (days(plan, day), format!("deadline, {}", day_words(day)))),
        days: last,
    }
}

fn span(step: &PlannedStep) -> String {
    format!("{} – {}", month(step.starts), month(step.ends))
}

fn step(context: &Context, plan: &Plan, one: &PlannedStep) -> StepShown {
    let named = |id: &attestry_domain::id::StepId| {
        let title = plan.step(id.as_str()).map(|step| step.title.clone());
        (id.to_string(), title.unwrap_or_else(|| id.to_string()))
    };
    let known = one.framework.as_ref().filter(|id| context.framework(id.as_str()).is_some());
    StepShown {
        id: one.step.to_string(),
        title: one.title.clone(),
        when: span(one),
        gives: one.gives.clone(),
        framework: known.map(|id| links::framework(context, id.as_str())),
        force: match one.force {
            Force::Required => "required",
            Force::Advised => "advised",
        },
        within: one.within.as_ref().map(named),
        beside: one.beside.iter().map(named).collect(),
        after_deadline: one.after_deadline,
        why: one.why.iter().map(reason).collect(),
        costs: one.cost.ranges.iter().map(cost).collect(),
        cost_note: one.cost.note.clone().unwrap_or_default(),
        effort: match one.effort {
            Effort::Small => "small: days to a few weeks of one person",
            Effort::Medium => "medium: months of one person, with help from several",
            Effort::Large => "large: a project of several people",
        },
        shared: one.shared.iter().map(|one| shared(plan, one)).collect(),
        applies: one
            .applies
            .iter()
            .map(|one| (one.from.into(), one.what.clone(), sourced("", &one.source)))
            .collect(),
        phases: one.phases.iter().map(phase).collect(),
    }
}

fn phase(one: &attestry_domain::advise::PlannedPhase) -> PhaseShown {
    let most = u64::from(one.most);
    PhaseShown {
        title: one.title.clone(),
        starts: one.starts.into(),
        ends: one.ends.into(),
        months: match one.least == one.most {
            true => counted(most, "month", "months"),
            false => format!("{} to {}", one.least, counted(most, "month", "months")),
        },
        sourced: sourced("", &one.source),
    }
}

fn shared(plan: &Plan, one: &SharedWork) -> SharedShown {
    SharedShown {
        title: one.title.clone(),
        anchor: plan.step(one.with.as_str()).map(|step| step.step.to_string()),
        what: one.what.clone(),
    }
}

fn cost(one: &Cost) -> (String, Sourced) {
    let words = format!("{}: {} {} – {}", one.what, one.currency, grouped(one.low), grouped(one.high));
    (words, sourced("", &one.source))
}

fn later(one: &Later) -> LaterShown {
    LaterShown {
        title: one.title.clone(),
        until: one.until.clone(),
        why: one.why.iter().map(reason).collect(),
    }
}

fn unneeded(one: &NotNeeded) -> UnneededShown {
    let rule = one.rule.as_ref().map(ToString::to_string).unwrap_or_default();
    let source = one.source.as_ref();
    UnneededShown {
        title: one.title.clone(),
        why: ReasonShown {
            reason: one.why.clone(),
            sourced: Sourced {
                rule,
                source: source.map(|one| one.text.clone()).unwrap_or_default(),
                checked: source.map(|one| one.as_of.into()),
            },
        },
    }
}

fn category(context: &Context, one: &CategoryAdvice) -> CategoryShown {
    let (framework, id) = one.category.split_once(':').unwrap_or((one.category.as_str(), ""));
    let known = context.framework(framework);
    let title = known.and_then(|known| known.categories.iter().find(|category| category.id == id));
    let title = title.map_or_else(|| sentence(&id.replace('_', " ")), |category| category.title.clone());
    CategoryShown {
        title: format!("{}: {title}", context.short(framework)),
        verdict: match one.verdict {
            Verdict::Include => "take it in",
            Verdict::Propose => "consider it",
            Verdict::NotNeeded => "leave it out",
        },
        cost: one.cost.clone().unwrap_or_default(),
        why: one.why.iter().map(reason).collect(),
    }
}

fn reason(why: &Why) -> ReasonShown {
    ReasonShown { reason: why.reason.clone(), sourced: sourced(why.rule.as_str(), &why.source) }
}

fn sourced(rule: &str, source: &Source) -> Sourced {
    Sourced { rule: rule.to_owned(), source: source.text.clone(), checked: Some(source.as_of.into()) }
}
