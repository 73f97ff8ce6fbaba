//! AWS CloudTrail into stream `api_activity`.
//!
//! Log files (`{"Records":[…]}`), lists, events one after the other, and the event history as
//! `lookup-events` prints it (`{"Events":[{"CloudTrailEvent":"…"}]}`). What an event does not say is null:
//! the user name of an assumed role is not made up from its session, and the account is the one the event was
//! delivered to, never the caller's.
//!
//! Members that the stream has no column for are passed over: the file itself is kept as evidence beside it.

use std::io::Read;

use attestry_domain::catalog::Stream;

use super::assemble::Assembler;
use super::cell::Cell;
use super::decode::Text;
use super::driver::RecordSource;
use super::error::{ImportError, shown};
use super::json::{self, Sink, Tree};
use super::plan::Plan;
use super::split::Splitter;

/// Columns of `api_activity` and where an event states them.
const COLUMNS: [(&str, &str); 16] = [
    ("event_id", "eventID"),
    ("occurred_at", "eventTime"),
    ("event_name", "eventName"),
    ("event_source", "eventSource"),
    ("event_type", "eventType"),
    ("region", "awsRegion"),
    ("account", "recipientAccountId"),
    ("identity_type", "userIdentity.type"),
    ("identity_arn", "userIdentity.arn"),
    ("user_name", "userIdentity.userName"),
    ("invoked_by", "userIdentity.invokedBy"),
    ("source_ip", "sourceIPAddress"),
    ("user_agent", "userAgent"),
    ("error_code", "errorCode"),
    ("console_login_result", "responseElements.ConsoleLogin"),
    ("read_only", "readOnly"),
];

/// The column that two places of an event can state.
const MFA_USED: &str = "mfa_used";
/// What a console sign-in says about the second factor: `Yes` or `No`.
const LOGIN_MFA: &str = "additionalEventData.MFAUsed";
/// What a session says about the second factor: `true` or `false`.
const SESSION_MFA: &str = "userIdentity.sessionContext.attributes.mfaAuthenticated";
/// An event as text inside an entry of the event history.
const EMBEDDED: &str = "CloudTrailEvent";

/// Reads events one by one.
pub(super) struct Trail<R: Read> {
    splitter: Splitter<R>,
    tree: Tree,
    /// Sources that go straight into a column come first.
    plain: usize,
    mfa_used: Option<usize>,
}

impl<R: Read> Trail<R> {
    pub(super) fn new(stream: &Stream, file: &str, input: Text<R>) -> Result<(Self, Plan), ImportError> {
        let mut plan = Plan::bare(stream, file)?;
        for (at, column) in stream.columns.iter().enumerate() {
            match COLUMNS.iter().find(|(name, _)| *name == column.name) {
                Some((_, path)) => plan.bind(path, at, false),
                None if column.required => return Err(unfit(stream, file, &column.name)),
                None => {}
            }
        }
        let plain = plan.sources.len();
        let paths = plan.sources.iter().map(|source| source.name.as_str());
        let tree = Tree::new(paths.chain([LOGIN_MFA, SESSION_MFA, EMBEDDED]));
        let target = stream.columns.iter().position(|column| column.name == MFA_USED);
        let mfa_used = target.map(|target| {
            plan.bind(MFA_USED, target, false);
            plain
        });
        Ok((Self { splitter: Splitter::new(file, input), tree, plain, mfa_used }, plan))
    }
}

fn unfit(stream: &Stream, file: &str, column: &str) -> ImportError {
    let reason = format!(
        "stream `{}` needs column `{column}`, which CloudTrail does not have; import it into `api_activity`",
        stream.id
    );
    ImportError::Shape { file: file.to_owned(), place: None, reason }
}

impl<R: Read> RecordSource for Trail<R> {
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError> {
        let Some((place, object)) = self.splitter.next_object()? else {
            return Ok(false);
        };
        row.begin(place);
        let mut event = Event { row, plain: self.plain, login: None, session: None, embedded: None };
        let mut walked = walk(&self.tree, object, &mut event);
        if let (Ok(()), Some(embedded)) = (&walked, event.embedded.take()) {
            walked = walk(&self.tree, embedded.as_bytes(), &mut event);
        }
        let mfa = event.login.take().or(event.session.take());
        if let Err(rule) = walked {
            row.reject(None, Some(shown(&String::from_utf8_lossy(object))), rule);
        }
        if let (Some(source), Some(mfa)) = (self.mfa_used, mfa) {
            row.offer(source, mfa.cell());
        }
        row.finish()?;
        Ok(true)
    }

    fn raw(&self) -> Option<String> {
        Some(self.splitter.object())
    }
}

fn walk(tree: &Tree, object: &[u8], event: &mut Event<'_>) -> Result<(), String> {
    let text = std::str::from_utf8(object).map_err(|_| "is not UTF-8".to_owned())?;
    tree.walk(text, event).map_err(|error| json::rule(&error))
}

/// What an event says about the second factor.
enum Mfa {
    Stated(bool),
    Other(String),
}

impl Mfa {
    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => None,
            Cell::Boolean(truth) => Some(Self::Stated(truth)),
            Cell::Text(text) if text.eq_ignore_ascii_case("yes") => Some(Self::Stated(true)),
            Cell::Text(text) if text.eq_ignore_ascii_case("no") => Some(Self::Stated(false)),
            Cell::Text(text) => Some(Self::Other(text.to_owned())),
            other => Some(Self::Other(other.shown().unwrap_or_default())),
        }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Stated(truth) => Cell::Boolean(*truth),
            Self::Other(text) => Cell::Text(text),
        }
    }
}

/// Passes plain members to the row and keeps the others until the event is read.
struct Event<'a> {
    row: &'a mut Assembler,
    plain: usize,
    login: Option<Mfa>,
    session: Option<Mfa>,
    embedded: Option<String>,
}

impl Sink for Event<'_> {
    fn offer(&mut self, source: usize, cell: Cell<'_>) {
        match source.checked_sub(self.plain) {
            None => self.row.offer(source, cell),
            Some(0) => self.login = Mfa::of(cell),
            Some(1) => self.session = Mfa::of(cell),
            _ => {
                if let Cell::Text(text) = cell {
                    self.embedded = Some(text.to_owned());
                }
            }
        }
    }

    fn unknown(&mut self, _name: &str) {}
}
