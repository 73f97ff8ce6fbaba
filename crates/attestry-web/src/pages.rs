//! One file a page: the struct its template shows, the function that makes it, the handler.

pub mod control;
pub mod controls;
pub mod event;
pub mod evidence;
pub(crate) mod file;
pub mod framework;
pub mod late;
pub mod ledger;
pub mod login;
pub mod overview;
pub mod population;
pub mod reasons;
pub mod record;
pub mod requirement;
pub mod rows;
pub mod run;
mod sentences;
mod shown_by;
pub mod stream;
pub mod system;
pub mod systems;
