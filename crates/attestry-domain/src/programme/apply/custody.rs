//! Collections, records that were not taken, holds, erasures.

use std::sync::Arc;

use crate::event::{ErasedObject, Payload};
use crate::programme::apply::Stamp;
use crate::programme::custody::{SetAside, collector_name};
use crate::programme::{Programme, ReplayError};

impl Programme {
    pub(super) fn take_custody(&mut self, payload: &Payload, stamp: &Stamp<'_>) -> Result<(), ReplayError> {
        match payload {
            Payload::CollectionRan(body) => {
                let key = (body.source.clone(), collector_name(&body.collector));
                self.touch(format!("collection/{}", body.source), stamp);
                self.collections.entry(key).or_default().push_back(Arc::new(stamp.on(body.clone())));
            }
            Payload::RecordsSetAside(body) => {
                let one = SetAside { records: stamp.on(body.clone()), resolved: None };
                self.set_aside.insert(body.set_aside, Arc::new(one));
                self.touch(format!("set-aside/{}", body.set_aside), stamp);
            }
            Payload::SetAsideResolved(body) => {
                let found = self.set_aside.get_mut(&body.set_aside);
                let one = found.ok_or_else(|| stamp.dangling(format!("set-aside {}", body.set_aside)))?;
                Arc::make_mut(one).resolved = Some(stamp.on(body.resolution.clone()));
                self.touch(format!("set-aside/{}", body.set_aside), stamp);
            }
            Payload::ArtifactHeld(body) => {
                self.holds.insert(body.artifact, Arc::new(stamp.on(body.clone())));
                self.touch(format!("artifact/{}", body.artifact), stamp);
            }
            Payload::Erased(body) => {
                for object in &body.objects {
                    self.erased.insert(object.digest, Arc::new(stamp.on(object.clone())));
                    self.replace_erased(object);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What a segment names is from now on the successor.
    fn replace_erased(&mut self, object: &ErasedObject) {
        let Some(segment) = object.segment.and_then(|id| self.segments.get_mut(&id)) else { return };
        let sealed = &mut Arc::make_mut(segment).value;
        for named in [&mut sealed.personal, &mut sealed.raw] {
            if named.as_ref().is_some_and(|named| named.digest == object.digest) {
                named.clone_from(&object.successor);
            }
        }
    }
}
