//! Functions that make longer text out of shorter, within bounds: no batch of rows may grow past 64 MiB of text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// Most text one call may make for one batch of rows, in bytes.
const MOST: usize = 64 << 20;

/// The same function, refusing to make too much text.
pub(crate) fn wrap(function: &Arc<ScalarUDF>) -> ScalarUDF {
    ScalarUDF::new_from_impl(Bounded { inner: function.as_ref().clone() })
}

/// `left || right`; null if either is.
pub(crate) fn concat(left: &ColumnarValue, right: &ColumnarValue, rows: usize) -> Result<ColumnarValue> {
    check("||", text_bytes(left, rows)?.saturating_add(text_bytes(right, rows)?))?;
    let scalar = matches!((left, right), (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)));
    let rows = if scalar { 1 } else { rows };
    let (left, right) = (text(left, rows)?, text(right, rows)?);
    let mut out = StringBuilder::new();
    for (left, right) in left.as_string::<i32>().iter().zip(right.as_string::<i32>()) {
        match (left, right) {
            (Some(left), Some(right)) => out.append_value(format!("{left}{right}")),
            _ => out.append_null(),
        }
    }
    let array: ArrayRef = Arc::new(out.finish());
    if scalar {
        return Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&array, 0)?));
    }
    Ok(ColumnarValue::Array(array))
}

fn text(value: &ColumnarValue, rows: usize) -> Result<ArrayRef> {
    Ok(cast(&value.to_array(rows)?, &DataType::Utf8)?)
}

/// Bytes of text in a value, over all rows.
fn text_bytes(value: &ColumnarValue, rows: usize) -> Result<usize> {
    match value {
        ColumnarValue::Scalar(scalar) => {
            Ok(lengths(&scalar.to_array()?).iter().sum::<usize>().saturating_mul(rows))
        }
        ColumnarValue::Array(array) => Ok(lengths(array).iter().sum()),
    }
}

/// Length of each text, in bytes; other types print short.
fn lengths(array: &ArrayRef) -> Vec<usize> {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(|cell| cell.map_or(0, str::len)).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(|cell| cell.map_or(0, str::len)).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(|cell| cell.map_or(0, str::len)).collect(),
        _ => vec![40; array.len()],
    }
}

fn longest(value: &ColumnarValue) -> Result<usize> {
    let array = value.to_array(1)?;
    Ok(lengths(&array).into_iter().max().unwrap_or(0))
}

fn shortest(value: &ColumnarValue) -> Result<usize> {
    let array = value.to_array(1)?;
    Ok(lengths(&array).into_iter().min().unwrap_or(0))
}

fn check(name: &str, bytes: usize) -> Result<()> {
    if bytes > MOST {
        return exec_err!("`{name}` would make more than {} MiB of text at once", MOST >> 20);
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: ScalarUDF,
}

impl Bounded {
    /// Most bytes the call can make.
    fn estimate(&self, args: &[ColumnarValue], rows: usize) -> Result<usize> {
        let sizes = args.iter().map(|arg| text_bytes(arg, rows)).collect::<Result<Vec<_>>>()?;
        let sum = sizes.iter().fold(0_usize, |sum, size| sum.saturating_add(*size));
        Ok(match (self.inner.name(), args, sizes.as_slice()) {
            (name @ ("replace" | "regexp_replace"), [_, from, to, ..], [text, ..]) => {
                let each = if name == "replace" { shortest(from)?.max(1) } else { 1 };
                (text / each).saturating_add(rows).saturating_mul(longest(to)?).saturating_add(sum)
            }
            ("concat_ws", [_, rest @ ..], [separators, ..]) => {
                sum.saturating_add(separators.saturating_mul(rest.len()))
            }
            _ => sum,
        })
    }
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.inner.return_type(kinds)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.inner().coerce_types(kinds)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        check(self.name(), self.estimate(&args.args, args.number_rows)?)?;
        self.inner
            .invoke_with_args(args)
            .map_err(|error| exec_datafusion_err!("`{}`: {}", self.inner.name(), error.strip_backtrace()))
    }
}
