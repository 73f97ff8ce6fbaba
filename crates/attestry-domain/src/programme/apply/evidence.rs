//! Evidence, test runs, audits.

use std::sync::Arc;

use crate::event::Payload;
use crate::id::StreamId;
use crate::programme::apply::Stamp;
use crate::programme::{CoveredDays, Programme, StreamState};

impl Programme {
    fn stream_mut(&mut self, stream: &StreamId) -> &mut StreamState {
        Arc::make_mut(self.streams.entry(stream.clone()).or_default())
    }

    pub(super) fn take_evidence(&mut self, payload: &Payload, stamp: &Stamp<'_>) {
        let (at, by) = (stamp.event.sequence, stamp.event.actor);
        let covered = |source: &str, covers: &crate::event::Coverage| CoveredDays {
            source: source.to_owned(),
            period: covers.period,
            basis: covers.basis.clone(),
            at,
            by,
        };
        match payload {
            Payload::ArtifactStored(body) => {
                self.artifacts.insert(body.artifact, Arc::new(stamp.on(body.clone())));
                self.touch(format!("artifact/{}", body.artifact), stamp);
            }
            Payload::SourceDeclared(body) => {
                self.stream_mut(&body.stream).sources.insert(body.source.clone(), body.from);
                self.touch(format!("stream/{}", body.stream), stamp);
            }
            Payload::SegmentSealed(body) => {
                let stream = self.stream_mut(&body.stream);
                stream.segments.push_back(body.segment);
                stream.chunks.insert(body.chunk);
                stream.rows = stream.rows.saturating_add(body.rows);
                stream.coverage.extend(body.covers.as_ref().map(|covers| covered(&body.source, covers)));
                self.segments.insert(body.segment, Arc::new(stamp.on(body.clone())));
                self.touch(format!("stream/{}", body.stream), stamp);
            }
            Payload::CoverageRecorded(body) => {
                self.stream_mut(&body.stream).coverage.push_back(covered(&body.source, &body.covers));
                self.touch(format!("stream/{}", body.stream), stamp);
            }
            Payload::DatasetRegistered(body) => {
                self.datasets.insert(body.dataset, Arc::new(stamp.on(body.clone())));
                self.touch(format!("dataset/{}", body.dataset), stamp);
            }
            _ => {}
        }
    }

    pub(super) fn take_test(&mut self, payload: &Payload, stamp: &Stamp<'_>) {
        match payload {
            Payload::RunRecorded(body) => {
                self.runs_of.entry(body.test.clone()).or_default().push_back(body.run);
                self.runs.insert(body.run, Arc::new(stamp.on(body.clone())));
                self.touch(format!("control/{}", body.control), stamp);
            }
            Payload::ExceptionResponded(body) => {
                let key = (body.test.clone(), body.occurrence.clone());
                self.responses.entry(key).or_default().push_back(Arc::new(stamp.on(body.clone())));
                self.touch(format!("response/{}/{}", body.test, body.occurrence), stamp);
            }
            Payload::EngagementOpened(body) => {
                self.engagements.insert(body.engagement, Arc::new(stamp.on(body.clone())));
                self.touch(format!("engagement/{}", body.engagement), stamp);
            }
            _ => {}
        }
    }
}
