//! Collectors: programs that fetch evidence themselves, where the ecosystem has no exporter.
//!
//! A collector returns tables in the columns of their streams, and what it asked for as a text that another
//! person can ask again. Storing them is somebody else's.

pub mod aws;
pub mod batch;
pub mod git;
pub mod github;
pub mod http;
mod journal;
pub mod mlflow;
