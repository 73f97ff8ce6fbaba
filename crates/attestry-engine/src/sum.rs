//! `sum` that never wraps: whole numbers and decimals add up in 128 bits, and a total that does not fit is an error.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Decimal128Type, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err, plan_err};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

/// The aggregate `sum(x)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CheckedSum {
    signature: Signature,
}

impl CheckedSum {
    /// The aggregate.
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [kind] = types else { return plan_err!("sum takes one argument") };
        Ok(vec![match kind {
            DataType::UInt64 => DataType::Decimal128(20, 0),
            DataType::Null => DataType::Int64,
            kind if kind.is_integer() => DataType::Int64,
            kind if kind.is_floating() => DataType::Float64,
            DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
                DataType::Decimal128(*precision, *scale)
            }
            DataType::Decimal128(..) => kind.clone(),
            other => return plan_err!("sum takes numbers, not {other}"),
        }])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match types {
            [DataType::Decimal128(_, scale)] => DataType::Decimal128(DECIMAL128_MAX_PRECISION, *scale),
            [kind] => kind.clone(),
            _ => return plan_err!("sum takes one argument"),
        })
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if args.return_type() == &DataType::Float64 {
            return sum_udaf().inner().accumulator(args);
        }
        if args.is_distinct {
            return exec_err!(
                "sum(distinct …) is not offered for whole numbers; sum over a `select distinct` instead"
            );
        }
        Ok(Box::new(Total { kind: args.return_type().clone(), sum: 0, count: 0 }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if args.return_field.data_type() == &DataType::Float64 {
            return sum_udaf().inner().state_fields(args);
        }
        let state = |what, kind| Arc::new(Field::new(format_state_name(args.name, what), kind, true));
        Ok(vec![state("sum", WIDE), state("count", DataType::Int64)])
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        if args.return_type() == &DataType::Float64 {
            return sum_udaf().inner().create_groups_accumulator(args);
        }
        Ok(Box::new(Totals { kind: args.return_type().clone(), sums: Vec::new(), counts: Vec::new() }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if args.return_type() == &DataType::Float64 {
            return sum_udaf().inner().create_sliding_accumulator(args);
        }
        self.accumulator(args)
    }
}

/// The type partial sums travel in.
const WIDE: DataType = DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0);

/// The values as 128-bit numbers in units of the scale.
fn wide(array: &ArrayRef) -> Result<Decimal128Array> {
    let array = match array.data_type() {
        DataType::Decimal128(..) => Arc::clone(array),
        _ => cast(array, &DataType::Decimal128(19, 0))?,
    };
    Ok(array.as_primitive::<Decimal128Type>().clone())
}

fn add(sum: i128, value: i128) -> Result<i128> {
    sum.checked_add(value).ok_or_else(|| exec_datafusion_err!("a sum is beyond 38 digits"))
}

fn finish(kind: &DataType, sum: i128, count: i64) -> Result<ScalarValue> {
    let value = (count > 0).then_some(sum);
    match kind {
        DataType::Decimal128(precision, scale) if sum.unsigned_abs() < 10_u128.pow(38) => {
            Ok(ScalarValue::Decimal128(value, *precision, *scale))
        }
        DataType::Int64 => match value.map(i64::try_from).transpose() {
            Ok(value) => Ok(ScalarValue::Int64(value)),
            Err(_) => exec_err!("a sum of whole numbers is {sum}, beyond 64 bits; cast to decimal(38, 0)"),
        },
        _ => exec_err!("a sum is beyond 38 digits"),
    }
}

/// One running total.
#[derive(Debug)]
struct Total {
    kind: DataType,
    sum: i128,
    count: i64,
}

impl Accumulator for Total {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values.iter().take(1).map(wide).collect::<Result<Vec<_>>>()?.iter().flatten().flatten() {
            (self.sum, self.count) = (add(self.sum, value)?, self.count + 1);
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values.iter().take(1).map(wide).collect::<Result<Vec<_>>>()?.iter().flatten().flatten() {
            (self.sum, self.count) = (add(self.sum, -value)?, self.count - 1);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        finish(&self.kind, self.sum, self.count)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![
            ScalarValue::Decimal128(Some(self.sum), DECIMAL128_MAX_PRECISION, 0),
            ScalarValue::Int64(Some(self.count)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for (sum, count) in partials(states)? {
            (self.sum, self.count) = (add(self.sum, sum)?, self.count + count);
        }
        Ok(())
    }
}

fn partials(states: &[ArrayRef]) -> Result<Vec<(i128, i64)>> {
    let [sums, counts] = states else { return exec_err!("sum has two states") };
    let sums = sums.as_primitive::<Decimal128Type>();
    let counts = counts.as_primitive::<arrow::datatypes::Int64Type>();
    Ok(sums.iter().zip(counts).map(|(sum, count)| (sum.unwrap_or(0), count.unwrap_or(0))).collect())
}

/// A running total per group.
struct Totals {
    kind: DataType,
    sums: Vec<i128>,
    counts: Vec<i64>,
}

impl Totals {
    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups, 0);
        self.counts.resize(groups, 0);
    }

    fn take(&mut self, group: usize, sum: i128, count: i64) -> Result<()> {
        let (Some(total), Some(seen)) = (self.sums.get_mut(group), self.counts.get_mut(group)) else {
            return exec_err!("sum met an unknown group");
        };
        *total = add(*total, sum)?;
        *seen += count;
        Ok(())
    }
}

impl GroupsAccumulator for Totals {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.grow(total);
        let [values] = values else { return exec_err!("sum takes one argument") };
        let values = wide(values)?;
        for (row, (group, value)) in groups.iter().zip(&values).enumerate() {
            let counts = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if let (true, Some(value)) = (counts, value) {
                self.take(*group, value, 1)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (sums, counts) = (emit.take_needed(&mut self.sums), emit.take_needed(&mut self.counts));
        let values = sums.iter().zip(counts).map(|(sum, count)| finish(&self.kind, *sum, count));
        let values = values.collect::<Result<Vec<_>>>()?;
        if values.is_empty() {
            return Ok(arrow::array::new_empty_array(&self.kind));
        }
        ScalarValue::iter_to_array(values)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let sums = Decimal128Array::from(emit.take_needed(&mut self.sums)).with_data_type(WIDE);
        let counts = Int64Array::from(emit.take_needed(&mut self.counts));
        Ok(vec![Arc::new(sums), Arc::new(counts)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        for (group, (sum, count)) in groups.iter().zip(partials(values)?) {
            self.take(*group, sum, count)?;
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |values| values.len());
        let mut single = Self { kind: self.kind.clone(), sums: Vec::new(), counts: Vec::new() };
        single.update_batch(values, &(0..rows).collect::<Vec<_>>(), filter, rows)?;
        single.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self.sums.capacity() * size_of::<i128>()
            + self.counts.capacity() * size_of::<i64>()
    }
}
