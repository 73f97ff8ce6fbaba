//! Arithmetic that never wraps, text that never explodes, and the four roundings.
//!
//! DataFusion's `+`, `-` and `*` on integers wrap silently. A rule that runs after type coercion puts checked functions in
//! their place, and a bounded one in the place of `||`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::kernels::numeric::{add, mul, sub};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, exec_datafusion_err, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::logical_expr::{ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_expr_common::datum::apply;

use crate::bounded;

/// Puts checked operators in place of wrapping ones.
#[derive(Debug)]
pub(crate) struct CheckArithmetic;

impl AnalyzerRule for CheckArithmetic {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(rewrite_node).map(|done| done.data)
    }

    fn name(&self) -> &str {
        "check_arithmetic"
    }
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        schema.merge(&DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())?);
    }
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let done = expr.transform_up(|part| rewrite(part, &schema))?;
        Ok(done.update_data(|expr| name.restore(expr)))
    })?
    .map_data(LogicalPlan::recompute_schema)
}

fn rewrite(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else { return Ok(Transformed::no(expr)) };
    let kinds = (left.get_type(schema), right.get_type(schema));
    let whole = matches!(&kinds, (Ok(left), Ok(right)) if left.is_integer() && left == right);
    let checked = match op {
        Operator::Plus | Operator::Minus | Operator::Multiply if whole => true,
        Operator::StringConcat => true,
        _ => false,
    };
    if !checked {
        return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })));
    }
    let function = Arc::new(ScalarUDF::new_from_impl(Checked::new(op)));
    Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![*left, *right]))))
}

/// One checked operator.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    op: Operator,
    signature: Signature,
}

impl Checked {
    fn new(op: Operator) -> Self {
        Self { op, signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.op {
            Operator::Plus => "checked +",
            Operator::Minus => "checked -",
            Operator::Multiply => "checked *",
            _ => "bounded ||",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        match (self.op, kinds) {
            (Operator::StringConcat, _) => Ok(DataType::Utf8),
            (_, [kind, _]) => Ok(kind.clone()),
            _ => plan_err!("`{}` takes two arguments", self.op),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else { return plan_err!("two arguments expected") };
        match self.op {
            Operator::Plus => apply(left, right, add),
            Operator::Minus => apply(left, right, sub),
            Operator::Multiply => apply(left, right, mul),
            _ => bounded::concat(left, right, args.number_rows),
        }
    }
}

/// `abs`, `ceil`, `floor` and `round`.
pub(crate) fn functions() -> Vec<Arc<ScalarUDF>> {
    [Rounding::Abs, Rounding::Ceil, Rounding::Floor, Rounding::Round]
        .into_iter()
        .map(|what| Arc::new(ScalarUDF::new_from_impl(Round::new(what))))
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rounding {
    Abs,
    Ceil,
    Floor,
    Round,
}

/// A rounding; integers stay integers, `round` takes decimal places and rounds halves away from zero.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Round {
    what: Rounding,
    signature: Signature,
}

impl Round {
    fn new(what: Rounding) -> Self {
        Self { what, signature: Signature::user_defined(Volatility::Immutable) }
    }

    fn float(&self, value: f64, places: i64) -> f64 {
        match self.what {
            Rounding::Abs => value.abs(),
            Rounding::Ceil => value.ceil(),
            Rounding::Floor => value.floor(),
            Rounding::Round => {
                let factor = 10_f64.powi(i32::try_from(places.clamp(-300, 300)).unwrap_or(0));
                let rounded = (value * factor).round() / factor;
                if rounded.is_finite() { rounded } else { value }
            }
        }
    }
}

impl ScalarUDFImpl for Round {
    fn name(&self) -> &str {
        match self.what {
            Rounding::Abs => "abs",
            Rounding::Ceil => "ceil",
            Rounding::Floor => "floor",
            Rounding::Round => "round",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        let number = |kind: &DataType| match kind {
            kind if kind.is_integer() || kind.is_null() => Ok(DataType::Int64),
            kind if kind.is_numeric() => Ok(DataType::Float64),
            other => plan_err!("`{}` takes numbers, not {other}", self.name()),
        };
        match (self.what, kinds) {
            (_, [kind]) => Ok(vec![number(kind)?]),
            (Rounding::Round, [kind, places]) if places.is_integer() => {
                Ok(vec![number(kind)?, DataType::Int64])
            }
            _ => plan_err!("`{}` takes a number, and `round` also decimal places", self.name()),
        }
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        kinds.first().cloned().map_or_else(|| plan_err!("an argument is missing"), Ok)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [values, rest @ ..] = arrays.as_slice() else { return plan_err!("an argument is missing") };
        let places = rest.first().map(|places| places.as_primitive::<Int64Type>());
        if values.data_type() == &DataType::Int64 && (self.what == Rounding::Abs || places.is_none()) {
            return self.whole(values);
        }
        let values = arrow::compute::cast(values, &DataType::Float64)?;
        let values = values.as_primitive::<Float64Type>();
        let rounded = values.iter().enumerate().map(|(row, value)| {
            let places = match places {
                Some(places) if places.is_valid(row) => places.value(row),
                Some(_) => return None,
                None => 0,
            };
            value.map(|value| self.float(value, places))
        });
        let rounded: ArrayRef = Arc::new(rounded.collect::<arrow::array::Float64Array>());
        Ok(ColumnarValue::Array(arrow::compute::cast(&rounded, args.return_field.data_type())?))
    }
}

impl Round {
    fn whole(&self, values: &ArrayRef) -> Result<ColumnarValue> {
        if self.what != Rounding::Abs {
            return Ok(ColumnarValue::Array(Arc::clone(values)));
        }
        let values = values.as_primitive::<Int64Type>();
        let done = values.try_unary::<_, Int64Type, _>(|value| {
            value.checked_abs().ok_or_else(|| exec_datafusion_err!("abs({value}) is beyond 64 bits"))
        });
        Ok(ColumnarValue::Array(Arc::new(done?)))
    }
}
