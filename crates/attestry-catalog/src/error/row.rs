//! What can be wrong with a row of a crosswalk.

use thiserror::Error;

/// What can be wrong with a row of a crosswalk.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RowFault {
    /// No reason.
    #[error("the row has no `why`; say what the two have in common, or why they have nothing")]
    NoWhy,
    /// A relation without how much of the work carries over.
    #[error("`{0}` needs `strength`, 1 to 10: how much of the work carries over")]
    NoStrength(&'static str),
    /// A strength where nothing carries over.
    #[error("`no_relation` has no `strength`; leave it out")]
    StrengthOfNothing,
    /// A relation that leaves something, without what.
    #[error("`{relation}` leaves something open in `{of}`; say what in `{key}`")]
    NothingLeft {
        /// The relation.
        relation: &'static str,
        /// The requirement that is not met.
        of: String,
        /// The key to write it in.
        key: &'static str,
    },
    /// Something left where the relation says that nothing is.
    #[error(
        "`{relation}` says that `{of}` is met, and `{key}` says what is left of it; one of them is wrong"
    )]
    LeftOver {
        /// The relation.
        relation: &'static str,
        /// The requirement that is met.
        of: String,
        /// The key that says otherwise.
        key: &'static str,
    },
    /// A requirement of a framework that the crosswalk is not about.
    #[error("`{requirement}` is not of `{framework}`")]
    Foreign {
        /// The requirement.
        requirement: String,
        /// The framework of that side.
        framework: String,
    },
    /// A requirement that the crosswalk passes over.
    #[error("`{0}` is in no row; relate it, or say under `alone` why it has no counterpart")]
    PassedOver(String),
    /// A requirement that is both related and said to be without counterpart.
    #[error("`{0}` stands under `alone` and is related by a row; take one of them out")]
    NotAlone(String),
    /// A pair that two crosswalks judge differently.
    #[error("`{from}` to `{to}` is {here} here and {there} by {file}; the two must be inverse")]
    NotInverse {
        /// The first requirement.
        from: String,
        /// The second.
        to: String,
        /// What the first is to the second here.
        here: &'static str,
        /// What it is by the other file, told from here.
        there: &'static str,
        /// The other file.
        file: String,
    },
    /// Said to be unrelated, and one control meets both alone.
    #[error("the two are said to be unrelated, and control `{0}` satisfies both; one of them is wrong")]
    SatisfiedTogether(String),
    /// Said to have no counterpart, and one control meets it and a requirement of the other framework alone.
    #[error(
        "`{alone}` is said to have no counterpart, and control `{control}` satisfies it and `{other}`; one of them is wrong"
    )]
    SatisfiedElsewhere {
        /// The requirement said to stand alone.
        alone: String,
        /// The control.
        control: String,
        /// The requirement of the other framework.
        other: String,
    },
    /// The one is said to meet the other, and nothing that the second depends on does anything for the first.
    #[error(
        "`{had}` is said to meet `{wanted}`, and no control is mapped to both; map one or correct the row"
    )]
    NothingShared {
        /// The requirement that is said to meet the other.
        had: String,
        /// The other.
        wanted: String,
    },
}
