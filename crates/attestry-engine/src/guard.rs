//! What is refused before planning: too long, too deep, not one query, or naming what is not there.

mod depth;
mod scope;

use std::collections::BTreeSet;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::{Expr, LogicalPlan, WindowFunctionDefinition};
use datafusion::sql::sqlparser::ast::Statement;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::EngineError;
use crate::functions;

/// Longest query text, in bytes.
const TEXT: usize = 64 * 1024;
/// Deepest expression or nesting; chains of AND, OR, + and the like count each link.
const DEPTH: usize = 200;
/// Most tables one query reads, each use of a `with` query counted as what it reads.
const RELATIONS: usize = 50;
/// How deep the parser may call itself; above what `DEPTH` lets through.
const PARSER: usize = 4 * DEPTH;
/// Most nodes in a plan.
const NODES: usize = 4_000;

/// A query that passed, and the tables it reads.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The one statement.
    pub(crate) statement: Statement,
    /// The names it reads, as SQL resolves them.
    pub(crate) tables: BTreeSet<String>,
}

/// Parses a query and refuses what is closed.
pub(crate) fn check(sql: &str, known: &BTreeSet<String>) -> Result<Checked, EngineError> {
    if sql.len() > TEXT {
        return Err(EngineError::refused(format!("it is {} bytes long; the limit is {TEXT}", sql.len())));
    }
    let dialect = GenericDialect {};
    let tokens =
        Tokenizer::new(&dialect, sql).tokenize().map_err(|error| EngineError::Query(error.to_string()))?;
    depth::check(&tokens, DEPTH)?;
    let statement = parse(&dialect, tokens)?;
    let Statement::Query(query) = &statement else {
        return Err(EngineError::refused("it is not a query; only SELECT, WITH and VALUES are answered"));
    };
    let tables = scope::tables(query, known, RELATIONS)?;
    Ok(Checked { statement, tables })
}

fn parse(dialect: &GenericDialect, tokens: Vec<Token>) -> Result<Statement, EngineError> {
    let mut parser = Parser::new(dialect).with_recursion_limit(PARSER).with_tokens(tokens);
    let mut statements =
        parser.parse_statements().map_err(|error| EngineError::Query(trim(&error.to_string())))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        (None, _) => Err(EngineError::Query("there is no query".to_owned())),
        _ => Err(EngineError::refused("it holds several statements; give one query")),
    }
}

fn trim(message: &str) -> String {
    message.trim_start_matches("sql parser error: ").to_owned()
}

/// Refuses a plan with a node or a function outside the allow-lists.
pub(crate) fn check_plan(plan: &LogicalPlan) -> Result<(), EngineError> {
    let mut nodes = 0_usize;
    let mut refusal = None;
    plan.apply_with_subqueries(|node| {
        nodes += 1;
        refusal = refuse(node, nodes)?;
        Ok(if refusal.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })
    .map_err(|error| EngineError::planning(&error))?;
    refusal.map_or(Ok(()), |why| Err(EngineError::Refused(why)))
}

fn refuse(node: &LogicalPlan, nodes: usize) -> PlanResult<Option<String>> {
    if nodes > NODES {
        return Ok(Some(format!("its plan has more than {NODES} steps")));
    }
    if !allowed(node) {
        let words = node.display().to_string();
        let word = words.split([':', ' ']).next().unwrap_or_default();
        return Ok(Some(format!("a query may not contain `{word}`")));
    }
    let mut found = None;
    node.apply_expressions(|expr| {
        expr.apply(|part| {
            found = closed_function(part).map(functions::refusal);
            Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    })?;
    Ok(found)
}

fn allowed(node: &LogicalPlan) -> bool {
    use LogicalPlan as P;
    matches!(
        node,
        P::Projection(_)
            | P::Filter(_)
            | P::Window(_)
            | P::Aggregate(_)
            | P::Sort(_)
            | P::Join(_)
            | P::Union(_)
            | P::TableScan(_)
            | P::EmptyRelation(_)
            | P::Subquery(_)
            | P::SubqueryAlias(_)
            | P::Limit(_)
            | P::Values(_)
            | P::Distinct(_)
    )
}

/// The name of a function in this expression that is not open.
fn closed_function(expr: &Expr) -> Option<&str> {
    let name = match expr {
        Expr::ScalarFunction(call) => call.func.name(),
        Expr::AggregateFunction(call) => call.func.name(),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) => function.name(),
            WindowFunctionDefinition::WindowUDF(function) => function.name(),
        },
        Expr::Unnest(_) => "unnest",
        Expr::ScalarVariable(_, _) => "@",
        _ => return None,
    };
    (!functions::is_open(name)).then_some(name)
}
