//! What a page says when there is none: what, where, what to do. Logged here, once.

use askama::Template;

/// A problem, as people read it.
#[derive(Debug, Clone, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// HTTP status.
    pub status: u16,
    /// What is wrong.
    pub what: String,
    /// The address.
    pub place: String,
    /// What to do.
    pub to_do: String,
    /// Places near the one asked for.
    pub nearest: Vec<Link>,
}

/// A place to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Text.
    pub text: String,
    /// Address.
    pub href: String,
}
