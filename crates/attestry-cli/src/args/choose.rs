//! The words of the verbs that help to choose: what overlaps, what differs, what to get first.

use std::path::PathBuf;

use attestry_domain::id::FrameworkId;
use clap::Args as Group;

#[derive(Debug, Group)]
pub(crate) struct Overlap {
    /// What is had, as soc2:availability,iso27001; further categories stand after a colon
    #[arg(long, value_name = "FRAMEWORK,…")]
    pub(crate) have: Vec<String>,
    /// What is wanted, as iso42001
    #[arg(long, value_name = "FRAMEWORK")]
    pub(crate) want: Option<String>,
    /// What is had is what the programme meets in design
    #[arg(long)]
    pub(crate) programme: bool,
    /// The AI systems do not lie in the scope of what is had
    #[arg(long)]
    pub(crate) without_ai_in_scope: bool,
}

#[derive(Debug, Group)]
pub(crate) struct Compare {
    /// Two frameworks or more, as soc2 iso42001
    #[arg(required = true, num_args = 2.., value_name = "FRAMEWORK")]
    pub(crate) frameworks: Vec<FrameworkId>,
}

#[derive(Debug, Group)]
pub(crate) struct Advise {
    /// Answers in YAML or JSON, instead of being asked; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Print the questions as a profile to fill in
    #[arg(long, conflicts_with = "profile")]
    pub(crate) questions: bool,
}
