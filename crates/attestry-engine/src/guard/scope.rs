//! Which tables a query reads, how many times, and that it reads nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, Query, Select, TableFactor, Visit, Visitor,
};

use crate::error::EngineError;
use crate::functions;

/// Most of CUBE, ROLLUP and GROUPING SETS in one query.
const GROUPINGS: usize = 2;
/// Most columns or sets in one of them.
const GROUPED: usize = 6;

/// The tables a query reads.
pub(super) fn tables(
    query: &Query,
    known: &BTreeSet<String>,
    most: usize,
) -> Result<BTreeSet<String>, EngineError> {
    let mut scope =
        Scope { known, most, frames: vec![Frame::default()], read: BTreeSet::new(), groupings: 0 };
    match query.visit(&mut scope) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(scope.read),
    }
}

/// One query on the way down: its `with` names and what it reads so far.
#[derive(Default)]
struct Frame {
    /// Names of `with` queries by the address of the query, until that query has been read.
    pending: BTreeMap<usize, String>,
    /// Tables read by each `with` query.
    with: BTreeMap<String, usize>,
    /// Tables read, repeats counted.
    reads: usize,
}

struct Scope<'a> {
    known: &'a BTreeSet<String>,
    most: usize,
    frames: Vec<Frame>,
    read: BTreeSet<String>,
    /// CUBE, ROLLUP and GROUPING SETS so far.
    groupings: usize,
}

impl Scope<'_> {
    fn relation(&mut self, name: &ObjectName) -> Result<(), EngineError> {
        let name = match name.0.as_slice() {
            [ObjectNamePart::Identifier(ident)] => resolve(ident),
            _ => name.to_string(),
        };
        let with = self.frames.iter().rev().find_map(|frame| frame.with.get(&name).copied());
        if with.is_none() {
            if !self.known.contains(&name) {
                return Err(EngineError::UnknownTable { name, known: self.known.iter().cloned().collect() });
            }
            self.read.insert(name);
        }
        self.count(with.unwrap_or(1))
    }

    fn count(&mut self, reads: usize) -> Result<(), EngineError> {
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        frame.reads = frame.reads.saturating_add(reads);
        if frame.reads > self.most {
            return Err(EngineError::refused(format!("it reads more than {} tables", self.most)));
        }
        Ok(())
    }

    /// Sets multiply: a cube of n columns is 2^n, and two of them are each with each.
    fn grouping(&mut self, sets: usize) -> Result<(), EngineError> {
        self.groupings += 1;
        if sets > GROUPED || self.groupings > GROUPINGS {
            return Err(EngineError::refused(format!(
                "it has more than {GROUPINGS} of CUBE, ROLLUP and GROUPING SETS, or one of more than {GROUPED} columns"
            )));
        }
        Ok(())
    }

    fn enter(&mut self, query: &Query) -> Result<(), EngineError> {
        let mut frame = Frame::default();
        if let Some(with) = &query.with {
            if with.recursive {
                return Err(EngineError::refused("it is recursive"));
            }
            frame.pending =
                with.cte_tables.iter().map(|cte| (address(&cte.query), resolve(&cte.alias.name))).collect();
        }
        if !query.locks.is_empty() || query.for_clause.is_some() || !query.pipe_operators.is_empty() {
            return Err(EngineError::refused("locks, FOR and pipes are not part of a query here"));
        }
        self.frames.push(frame);
        Ok(())
    }

    fn leave(&mut self, query: &Query) -> Result<(), EngineError> {
        let reads = self.frames.pop().map_or(0, |frame| frame.reads);
        let Some(parent) = self.frames.last_mut() else { return Ok(()) };
        match parent.pending.remove(&address(query)) {
            // A `with` query costs nothing until it is read, and at least one read each time.
            Some(name) => {
                parent.with.insert(name, reads.max(1));
                Ok(())
            }
            None => self.count(reads),
        }
    }
}

fn address(query: &Query) -> usize {
    std::ptr::from_ref(query).addr()
}

/// Unquoted names are lower case.
fn resolve(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

fn flow(result: Result<(), EngineError>) -> ControlFlow<EngineError> {
    result.map_or_else(ControlFlow::Break, ControlFlow::Continue)
}

impl Visitor for Scope<'_> {
    type Break = EngineError;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<EngineError> {
        flow(self.enter(query))
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<EngineError> {
        flow(self.leave(query))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<EngineError> {
        if select.into.is_some() {
            return ControlFlow::Break(EngineError::refused("SELECT INTO writes; a query only reads"));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<EngineError> {
        flow(self.relation(name))
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<EngineError> {
        let why = match factor {
            TableFactor::Table { args: None, version: None, sample: None, json_path: None, .. }
            | TableFactor::Derived { lateral: false, sample: None, .. }
            | TableFactor::NestedJoin { .. } => return ControlFlow::Continue(()),
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => {
                format!("`{name}(…)` is not a table; table functions are closed")
            }
            _ => "FROM takes tables, queries in brackets and joins only".to_owned(),
        };
        ControlFlow::Break(EngineError::Refused(why))
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<EngineError> {
        if let Expr::Cube(sets) | Expr::Rollup(sets) | Expr::GroupingSets(sets) = expr {
            return flow(self.grouping(sets.len()));
        }
        let Expr::Function(call) = expr else { return ControlFlow::Continue(()) };
        let name = call.name.to_string().to_lowercase();
        if functions::is_open(&name) {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(EngineError::Refused(functions::refusal(&name)))
    }
}
