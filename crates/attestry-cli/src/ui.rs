//! What a person sees: the same shapes and words as the pages, colour only on a terminal that wants it.

pub(crate) use fault::{Fault, NO, WRONG};
pub(crate) use mark::Mark;
pub(crate) use out::{Out, Page, print};
pub(crate) use table::{Cell, Table};

mod fault;
mod mark;
mod out;
pub(crate) mod progress;
mod table;
pub(crate) mod words;
