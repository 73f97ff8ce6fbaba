//! What can be wrong with the adviser.

use thiserror::Error;

/// What can be wrong with the adviser's questions, steps and rules.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AdviceFault {
    /// No number, or several, of the keys of which an effect has one.
    #[error(
        "an effect has exactly one of recommend, defer, not_needed, category, lead, together, pace, note; this one has {0}"
    )]
    Effects(usize),
    /// One step cannot start together with nothing.
    #[error("`together` needs at least two steps")]
    Alone,
    /// A condition without content.
    #[error("nothing stands here that could hold; name what must, or write `always`")]
    Hollow,
    /// Options where the kind of question has none, or none where it needs them.
    #[error("a question of kind `{kind}` {needs}")]
    Options {
        /// The kind.
        kind: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A planned length outside what is known.
    #[error("`planned` is {planned}, outside {least} to {most}, which is what the source says")]
    Planned {
        /// What a plan counts with.
        planned: u32,
        /// Months at least.
        least: u32,
        /// Months at most.
        most: u32,
    },
    /// A pace outside what is known of the phase.
    #[error("{months} months lie outside {least} to {most}, which is what is known of phase `{phase}`")]
    Pace {
        /// The pace.
        months: u32,
        /// The phase, with its step.
        phase: String,
        /// Months at least.
        least: u32,
        /// Months at most.
        most: u32,
    },
    /// No amount of money.
    #[error("`{0}` is no amount; expected a whole number such as 5000")]
    Amount(String),
    /// A range that ends before it starts.
    #[error("the range ends at {high}, below its start at {low}")]
    Range {
        /// Lower end.
        low: u64,
        /// Upper end.
        high: u64,
    },
    /// A phase inside one that does not come before it, or that is itself inside another.
    #[error("`{0}` is no earlier phase of this step that stands for itself")]
    Inside(String),
    /// Nothing to do, and no other step to do it in.
    #[error("step `{0}` has neither phases nor a step under `within`")]
    Idle(String),
    /// Both, of which only one can be followed.
    #[error("step `{0}` has phases of its own and a step under `within`; the months can only come from one")]
    TwoCourses(String),
    /// A condition on a step that is absent.
    #[error(
        "`planned` stands under `not`; a rule must not rest on the absence of a step, or one demand could undo another"
    )]
    Absence,
    /// A condition on a plan in an effect that takes away from it, or in a step's own condition.
    #[error(
        "`planned` cannot be a condition here: what takes a step out of the plan, or is known before there is one, must not rest on it"
    )]
    Unplanned,
    /// Steps that wait for each other.
    #[error("step `{0}` needs itself by way of other steps")]
    Circle(String),
    /// A question without consequence.
    #[error("no rule reads `{0}`; ask nothing that changes nothing")]
    Unread(String),
    /// A step that never comes.
    #[error("no rule recommends step `{0}` and no step needs it")]
    Unreached(String),
    /// A day that the law's own file does not have.
    #[error("`{day}` is no day from which anything of `{framework}` applies, as its file says")]
    NoSuchDay {
        /// The day.
        day: String,
        /// The framework.
        framework: String,
    },
}
