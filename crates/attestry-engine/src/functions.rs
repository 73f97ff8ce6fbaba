//! The functions a query may call. What is not listed does not exist: results are defined, not observed, and no call can
//! make much out of little.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::functions_aggregate::all_default_aggregate_functions;
use datafusion::functions_window::all_default_window_functions;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::arithmetic;
use crate::bounded;
use crate::sum::CheckedSum;

/// Taken as the engine has them.
const PLAIN: &[&str] = &[
    "ascii",
    "bit_length",
    "btrim",
    "character_length",
    "chr",
    "coalesce",
    "contains",
    "current_date",
    "date_bin",
    "date_part",
    "date_trunc",
    "ends_with",
    "find_in_set",
    "from_unixtime",
    "greatest",
    "initcap",
    "least",
    "left",
    "lower",
    "ltrim",
    "make_date",
    "now",
    "nullif",
    "nvl",
    "nvl2",
    "octet_length",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "reverse",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "to_char",
    "to_date",
    "to_hex",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_seconds",
    "to_unixtime",
    "translate",
    "upper",
];

/// Make longer text out of shorter: bounded.
const BOUNDED: &[&str] = &["concat", "concat_ws", "regexp_replace", "replace"];

const AGGREGATES: &[&str] = &[
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "string_agg",
    "var",
    "var_pop",
];

/// Every name and alias that is open.
static OPEN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let named = |name: &str, aliases: &[String]| {
        std::iter::once(name.to_owned()).chain(aliases.to_vec()).collect::<Vec<_>>()
    };
    let scalars = scalars();
    let aggregates = aggregates();
    let windows = windows();
    let mut open = HashSet::new();
    open.extend(scalars.iter().flat_map(|function| named(function.name(), function.aliases())));
    open.extend(aggregates.iter().flat_map(|function| named(function.name(), function.aliases())));
    open.extend(windows.iter().flat_map(|function| named(function.name(), function.aliases())));
    open
});

/// Whether a query may call a function of this name.
pub(crate) fn is_open(name: &str) -> bool {
    OPEN.contains(name)
}

/// Why it may not.
pub(crate) fn refusal(name: &str) -> String {
    format!("there is no function `{name}` here")
}

/// A session with these functions and no others.
pub(crate) fn register(builder: SessionStateBuilder) -> SessionStateBuilder {
    builder
        .with_scalar_functions(scalars())
        .with_aggregate_functions(aggregates())
        .with_window_functions(windows())
}

fn scalars() -> Vec<Arc<ScalarUDF>> {
    let mut open = Vec::new();
    for function in datafusion::functions::all_default_functions() {
        if PLAIN.contains(&function.name()) {
            open.push(function);
        } else if BOUNDED.contains(&function.name()) {
            open.push(Arc::new(bounded::wrap(&function)));
        }
    }
    open.extend(arithmetic::functions());
    open
}

fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let listed = |function: &Arc<AggregateUDF>| AGGREGATES.contains(&function.name());
    let mut open: Vec<_> = all_default_aggregate_functions().into_iter().filter(listed).collect();
    open.push(Arc::new(AggregateUDF::new_from_impl(CheckedSum::new())));
    open
}

fn windows() -> Vec<Arc<WindowUDF>> {
    all_default_window_functions()
}
