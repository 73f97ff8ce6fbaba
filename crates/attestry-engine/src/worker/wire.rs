//! What parent and child say to each other: a length and JSON, then the tables as Arrow IPC, which keeps every bit of a float.

use std::io::{Read, Write};

use attestry_stats::Table;
use serde::{Deserialize, Serialize};

use crate::convert::{from_ipc, to_ipc};
use crate::error::EngineError;
use crate::request::{CellsRequest, Limits, Request, Response, Source};

/// What a child is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Job {
    /// A query.
    Query(Request),
    /// A count of cells.
    Cells(CellsRequest),
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// To a query.
    Query(Response),
    /// To a count of cells.
    Cells(Table),
}

impl Job {
    pub(super) fn limits(&self) -> Limits {
        match self {
            Self::Query(request) => request.limits,
            Self::Cells(request) => request.limits,
        }
    }

    fn tables(&mut self) -> Vec<&mut Table> {
        match self {
            Self::Cells(_) => Vec::new(),
            Self::Query(request) => {
                request.tables.iter_mut().filter_map(|table| inline(&mut table.source)).collect()
            }
        }
    }
}

fn inline(source: &mut Source) -> Option<&mut Table> {
    match source {
        Source::Inline(table) => Some(table),
        _ => None,
    }
}

impl Answer {
    fn table(&mut self) -> &mut Table {
        match self {
            Self::Query(response) => &mut response.table,
            Self::Cells(table) => table,
        }
    }
}

/// A job as bytes.
pub(super) fn encode_job(mut job: Job) -> Result<Vec<u8>, EngineError> {
    let tables = job.tables().into_iter().map(|table| to_ipc(&std::mem::take(table)));
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    let mut out = Vec::new();
    block(&mut out, &serde_json::to_vec(&job).map_err(|error| broken(&error))?);
    tables.iter().for_each(|table| block(&mut out, table));
    Ok(out)
}

/// Reads a job.
pub(super) fn read_job(from: &mut impl Read) -> Result<Job, EngineError> {
    let mut job: Job = serde_json::from_slice(&read_block(from)?).map_err(|error| broken(&error))?;
    for table in job.tables() {
        *table = from_ipc(&read_block(from)?)?;
    }
    Ok(job)
}

/// Writes an answer.
pub(super) fn write_answer(
    to: &mut impl Write,
    mut outcome: Result<Answer, EngineError>,
) -> Result<(), EngineError> {
    let table = match &mut outcome {
        Ok(answer) => to_ipc(&std::mem::take(answer.table()))?,
        Err(_) => Vec::new(),
    };
    let mut out = Vec::with_capacity(table.len() + 1024);
    block(&mut out, &serde_json::to_vec(&outcome).map_err(|error| broken(&error))?);
    block(&mut out, &table);
    to.write_all(&out).and_then(|()| to.flush()).map_err(|error| broken(&error))
}

/// An answer from bytes.
pub(super) fn decode_answer(mut bytes: &[u8]) -> Result<Answer, EngineError> {
    let outcome: Result<Answer, EngineError> =
        serde_json::from_slice(&read_block(&mut bytes)?).map_err(|error| broken(&error))?;
    let mut answer = outcome?;
    *answer.table() = from_ipc(&read_block(&mut bytes)?)?;
    Ok(answer)
}

fn block(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn read_block(from: &mut impl Read) -> Result<Vec<u8>, EngineError> {
    let mut length = [0; 8];
    from.read_exact(&mut length).map_err(|error| broken(&error))?;
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(broken(&"a message ends early")) }
}

fn broken(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Worker(format!("a message is broken: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Mode, NamedTable};
    use attestry_stats::Column;

    #[test]
    fn floats_cross_bit_for_bit() {
        let cells =
            vec![Some(0.1 + 0.2), Some(f64::NAN), Some(f64::INFINITY), Some(-0.0), None, Some(5e-324)];
        let table = Table::new(vec![("x".into(), Column::Float(cells.clone()))]).unwrap();
        let limits = Limits { rows: 1, memory_bytes: 1, seconds: 1 };
        let tables = vec![NamedTable { name: "t".into(), source: Source::Inline(table) }];
        let job = Job::Query(Request { sql: "select 1".into(), tables, now: 0, limits, mode: Mode::Rows });
        let bytes = encode_job(job).unwrap();
        let mut back = read_job(&mut bytes.as_slice()).unwrap();
        let tables = back.tables();
        let Column::Float(found) = &tables[0].columns()[0] else { panic!("not a float") };
        let bits =
            |cells: &[Option<f64>]| cells.iter().map(|cell| cell.map(f64::to_bits)).collect::<Vec<_>>();
        assert_eq!(bits(found), bits(&cells));
        assert!(read_job(&mut &bytes[..bytes.len() - 1]).is_err());
    }
}
