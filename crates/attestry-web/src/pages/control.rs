//! A control: what it is, how it stands, what it serves, what happened.

use askama::Template;

use crate::pages::reasons::ControlReasons;
use crate::pages::rows::{EventRow, ServedRow};
use crate::view::{Frame, Moment};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "control.html")]
pub struct ControlPage {
    /// Around it.
    pub frame: Frame,
    /// Its state with reasons.
    pub control: ControlReasons,
    /// What it is for.
    pub objective: String,
    /// What it takes.
    pub practice: String,
    /// By people or machine, and what it does to a risk.
    pub nature: String,
    /// How often.
    pub cadence: String,
    /// The procedure in force.
    pub procedure: String,
    /// Whether it applies, and why.
    pub applies: String,
    /// Evidence to keep.
    pub keep: Vec<String>,
    /// What its design rests on.
    pub design_steps: Vec<DesignStep>,
    /// Controls that stand in for it.
    pub compensations: Vec<StandIn>,
    /// Requirements it serves, by framework.
    pub serves: Vec<Served>,
    /// Its events, newest first.
    pub history: Vec<EventRow>,
}

/// A step of design.
#[derive(Debug, Clone)]
pub struct DesignStep {
    /// What is asked.
    pub what: &'static str,
    /// Since when it is there.
    pub since: Option<Moment>,
    /// What was recorded.
    pub record: String,
    /// The event that recorded it.
    pub event: Option<u64>,
}

/// A control that stands in.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The control.
    pub by: String,
    /// The days.
    pub days: String,
    /// Why.
    pub reason: String,
}

/// The requirements of one framework that it serves.
#[derive(Debug, Clone)]
pub struct Served {
    /// The framework.
    pub framework: String,
    /// The requirements.
    pub rows: Vec<ServedRow>,
}
