//! Evidence, test runs, audits.

use crate::catalog::{FrameworkKind, PROGRAMME_TABLES};
use crate::decide::{Case, Decision, Refusal, rule};
use crate::event::evidence::{CoverageRecorded, SourceDeclared};
use crate::event::test::RunOutcome;
use crate::event::{
    Actor, ArtifactStored, Coverage, CoverageBasis, DatasetRegistered, EngagementKind, EngagementOpened,
    ExceptionResponded, Payload, RunRecorded, SegmentSealed,
};
use crate::id::StreamId;
use crate::time::Day;

impl Case<'_> {
    pub(super) fn stream(&self, stream: &StreamId) -> Result<(), Refusal> {
        if self.catalog.streams.contains_key(stream) {
            return Ok(());
        }
        let near = self.catalog.streams.keys().map(ToString::to_string).collect();
        Err(Refusal::Unknown { kind: "stream", id: stream.to_string(), near })
    }

    /// Nobody can say that a day is complete before it is over.
    fn over(&self, covers: &Coverage) -> Result<(), Refusal> {
        if covers.basis == CoverageBasis::Claimed && self.actor == Actor::System {
            return Err(rule(
                "the program itself cannot claim that days are complete",
                "let a person claim it",
            ));
        }
        if covers.period.to() <= self.today {
            return Ok(());
        }
        Err(rule(
            format!("{} cannot be complete yet", covers.period),
            format!("say days that are over: up to and not including {}", self.today),
        ))
    }

    pub(super) fn store_artifact(&self, body: &ArtifactStored) -> Decision {
        self.said("the file's name", &body.name)?;
        if let Some(unknown) = body.controls.iter().find(|id| !self.catalog.controls.contains_key(id)) {
            return Err(self.no_control(unknown));
        }
        if let Some(unknown) = body.requirements.iter().find(|id| !self.catalog.requirements.contains_key(id))
        {
            return Err(Refusal::Unknown { kind: "requirement", id: unknown.to_string(), near: Vec::new() });
        }
        if let Some(day) = body.captured_on {
            self.come("the day of capture,", day)?;
        }
        let known = self.programme.artifacts.get(&body.artifact).map(|known| &known.value);
        self.once("file", known, body, Payload::ArtifactStored)
    }

    pub(super) fn declare_source(&self, body: &SourceDeclared) -> Decision {
        self.stream(&body.stream)?;
        self.said("the source's name", &body.source)?;
        let declared =
            self.programme.streams.get(&body.stream).and_then(|stream| stream.sources.get(&body.source));
        if declared == Some(&body.from) {
            return Ok(Vec::new());
        }
        if let Some(first) = self.first_known(body).filter(|first| *first < body.from) {
            return Err(rule(
                format!("{} has records or coverage of {} from {first} on", body.stream, body.source),
                format!("let it count from {first} or an earlier day"),
            ));
        }
        Ok(vec![Payload::SourceDeclared(body.clone())])
    }

    /// The first day that a source's records or coverage speak of.
    fn first_known(&self, body: &SourceDeclared) -> Option<Day> {
        let (zone, stream) = (self.programme.zone(), self.programme.streams.get(&body.stream)?);
        let segments = stream.segments.iter().filter_map(|id| self.programme.segments.get(id));
        let mine = segments.map(|one| &one.value).filter(|one| one.source == body.source);
        let occurred = mine.filter_map(|one| one.occurred).map(|(first, _)| first.day(&zone));
        let coverage = stream.coverage.iter().filter(|one| one.source == body.source);
        occurred.chain(coverage.map(|one| one.period.from())).min()
    }

    /// A source counts at the latest from the first day that its evidence speaks of, also when that comes late.
    fn counts_from(&self, stream: &StreamId, source: &str, first: Option<Day>) -> Option<Payload> {
        let declared = self.programme.streams.get(stream).and_then(|state| state.sources.get(source));
        let from = match declared {
            None => first.unwrap_or(self.today),
            Some(from) => first.filter(|first| first < from)?,
        };
        let (stream, source) = (stream.clone(), source.to_owned());
        Some(Payload::SourceDeclared(SourceDeclared { stream, source, from }))
    }

    pub(super) fn seal_segment(&self, body: &SegmentSealed) -> Decision {
        self.stream(&body.stream)?;
        self.said("the source's name", &body.source)?;
        if let Some(covers) = &body.covers {
            self.over(covers)?;
        }
        let stream = self.programme.streams.get(&body.stream);
        if stream.is_some_and(|stream| stream.chunks.contains(&body.chunk)) {
            return self.covered_again(body);
        }
        if self.programme.segments.contains_key(&body.segment) {
            return Err(rule("this id already belongs to another segment", "give a new one a new id"));
        }
        let declared = self.counts_from(&body.stream, &body.source, self.first_day(body));
        Ok(declared.into_iter().chain([Payload::SegmentSealed(body.clone())]).collect())
    }

    /// The same input twice is nothing; that its source is complete may still be news.
    fn covered_again(&self, body: &SegmentSealed) -> Decision {
        let (stream, source) = (body.stream.clone(), body.source.clone());
        match body.covers.clone() {
            Some(covers) => self.record_coverage(&CoverageRecorded { stream, source, covers }),
            None => Ok(Vec::new()),
        }
    }

    /// The first day that a segment speaks of.
    fn first_day(&self, body: &SegmentSealed) -> Option<Day> {
        let occurred = body.occurred.map(|(first, _)| first.day(&self.programme.zone()));
        let covered = body.covers.as_ref().map(|covers| covers.period.from());
        occurred.into_iter().chain(covered).min()
    }

    pub(super) fn record_coverage(&self, body: &CoverageRecorded) -> Decision {
        self.stream(&body.stream)?;
        self.said("the source's name", &body.source)?;
        self.over(&body.covers)?;
        let stream = self.programme.streams.get(&body.stream);
        let same = stream.is_some_and(|stream| {
            let mut known = stream.coverage.iter();
            known.any(|one| {
                one.source == body.source
                    && one.period == body.covers.period
                    && one.basis == body.covers.basis
            })
        });
        if same {
            return Ok(Vec::new());
        }
        let declared = self.counts_from(&body.stream, &body.source, Some(body.covers.period.from()));
        Ok(declared.into_iter().chain([Payload::CoverageRecorded(body.clone())]).collect())
    }

    pub(super) fn register_dataset(&self, body: &DatasetRegistered) -> Decision {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if body.name.is_empty()
            || !body.name.chars().all(plain)
            || body.name.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(rule(
                format!("`{}` cannot name a dataset", body.name),
                "use small letters, digits and underscores, a letter first",
            ));
        }
        let mut known = self.programme.datasets.values();
        if let Some(known) = known.find(|known| known.value.name == body.name) {
            if known.value.object == body.object {
                return Ok(Vec::new());
            }
            return Err(rule(
                format!("dataset `{}` exists with other contents", body.name),
                "give it another name",
            ));
        }
        let streams = self.catalog.streams.keys().map(StreamId::as_str);
        if PROGRAMME_TABLES.into_iter().chain(streams).any(|taken| taken.eq_ignore_ascii_case(&body.name)) {
            return Err(rule(
                format!("`{}` is the name of a table or stream of its own", body.name),
                "give the dataset another name",
            ));
        }
        if let Some(system) = body.system {
            self.system(system)?;
        }
        let known = self.programme.datasets.get(&body.dataset).map(|known| &known.value);
        self.once("dataset", known, body, Payload::DatasetRegistered)
    }

    pub(super) fn record_run(&self, body: &RunRecorded) -> Decision {
        let Some(test) = self.catalog.tests.get(&body.test) else {
            let near = self.catalog.tests.keys().map(ToString::to_string).collect();
            return Err(Refusal::Unknown { kind: "control test", id: body.test.to_string(), near });
        };
        if test.control != body.control {
            return Err(rule(
                format!("test {} checks control {}", test.id, test.control),
                "record it for that control",
            ));
        }
        if body.at > self.programme.sequence {
            return Err(rule(
                format!("the run says event {}", body.at),
                "a run cannot be made from events to come",
            ));
        }
        if let RunOutcome::Ran { population, exceptions, .. } = &body.outcome
            && exceptions > population
        {
            return Err(rule(
                format!("{exceptions} exceptions of {population}"),
                "exceptions are part of the population",
            ));
        }
        let known = self.programme.runs.get(&body.run).map(|known| &known.value);
        self.once("test run", known, body, Payload::RunRecorded)
    }

    pub(super) fn respond(&self, body: &ExceptionResponded) -> Decision {
        if !self.programme.runs_of.contains_key(&body.test) {
            return Err(Refusal::Unknown { kind: "test run", id: body.test.to_string(), near: Vec::new() });
        }
        self.said("the response", &body.text)?;
        let key = (body.test.clone(), body.occurrence.clone());
        let last = self.programme.responses.get(&key).and_then(|known| known.last());
        if last.is_some_and(|last| last.value == *body) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::ExceptionResponded(body.clone())])
    }

    pub(super) fn open_engagement(&self, body: &EngagementOpened) -> Decision {
        self.said("the firm's name", &body.firm)?;
        if !self.programme.frameworks.contains_key(&body.framework) {
            return Err(rule(format!("{} is not in scope", body.framework), "adopt the framework first"));
        }
        let kind = match body.examines {
            EngagementKind::Type1 { .. } | EngagementKind::Type2 { .. } => FrameworkKind::Attestation,
            EngagementKind::Stage1 { .. } | EngagementKind::Stage2 { .. } => FrameworkKind::Certification,
        };
        if self.catalog.frameworks.get(&body.framework).is_none_or(|framework| framework.kind != kind) {
            return Err(rule(
                format!("{} has no such audit", body.framework),
                "SOC 2 has Type 1 and Type 2, the ISO standards have stage 1 and stage 2",
            ));
        }
        let known = self.programme.engagements.get(&body.engagement).map(|known| &known.value);
        self.once("audit", known, body, Payload::EngagementOpened)
    }
}
