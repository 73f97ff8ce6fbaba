//! A catalog with packs: files that somebody added, each pack in a folder `packs/NAME/` of its own that is laid out
//! like the catalog. A pack's file stands in the place of the catalog's own file of that path. So the catalog below
//! can be exchanged for a newer one and the packs stay, and a pack can be taken out again without a trace.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::error::{CatalogError, Fault, PackFault};
use crate::files::Files;
use crate::nearest::nearest;
use crate::pack::Pack;

const FOLDER: &str = "packs/";

/// The files that count, by the path at which they count.
pub(crate) struct Layers<'a> {
    pub(crate) files: Cow<'a, Files>,
    /// Of each path that a pack brings, the path in the pack's folder.
    pub(crate) packed: BTreeMap<String, String>,
}

/// The pack's name and the path within it.
fn parts(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix(FOLDER)?.split_once('/')
}

impl Files {
    /// The names of the packs.
    pub fn packs(&self) -> BTreeSet<&str> {
        self.0.keys().filter_map(|path| parts(path)).map(|(name, _)| name).collect()
    }

    /// The same files with a pack besides. What the catalog itself has in the same words is not taken twice.
    ///
    /// With `replace`, a pack of the same name is taken out first, and files of the catalog that the pack has with
    /// other content give way to the pack's.
    ///
    /// # Errors
    /// The paths that are there with other content, when they are not to be replaced, and always those that another
    /// pack brings.
    pub fn with(&self, pack: &Pack, replace: bool) -> Result<Self, Vec<CatalogError>> {
        let base = if replace { self.below(&pack.name) } else { self.clone() };
        let mut merged = base.clone();
        let mut errors = Vec::new();
        for (path, bytes) in &pack.files.0 {
            let own = format!("{FOLDER}{}/{path}", pack.name);
            let other = base.0.keys().filter_map(|known| parts(known));
            let other = other.filter(|(name, _)| *name != pack.name).find(|(_, known)| known == path);
            let fault = match (other, base.0.get(&own), base.0.get(path)) {
                (Some((name, _)), ..) => Some(PackFault::Taken(name.to_owned())),
                (None, Some(there), _) if there != bytes => Some(PackFault::Changed(pack.name.clone())),
                (None, None, Some(there)) if there == bytes => continue,
                (None, None, Some(_)) if !replace => Some(PackFault::Shipped),
                _ => None,
            };
            match fault {
                Some(fault) => errors.push(CatalogError::of_file(path, Fault::Pack(fault))),
                None => merged.add(own, bytes.clone()),
            }
        }
        if errors.is_empty() { Ok(merged) } else { Err(errors) }
    }

    /// The same files without a pack.
    ///
    /// # Errors
    /// When there is no pack of that name.
    pub fn without(&self, pack: &str) -> Result<Self, CatalogError> {
        let names = self.packs();
        if !names.contains(pack) {
            let nearest = nearest(pack, names);
            let fault = PackFault::NoPack { id: pack.to_owned(), nearest };
            return Err(CatalogError::of_file("packs", Fault::Pack(fault)));
        }
        Ok(self.below(pack))
    }

    /// These packs over another catalog.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let mut files = base.clone();
        let packed = self.0.iter().filter(|(path, _)| parts(path).is_some());
        files.0.extend(packed.map(|(path, bytes)| (path.clone(), bytes.clone())));
        files
    }

    fn below(&self, pack: &str) -> Self {
        let is_of = |path: &str| parts(path).is_some_and(|(name, _)| name == pack);
        Self(self.0.iter().filter(|(path, _)| !is_of(path)).map(|(p, b)| (p.clone(), b.clone())).collect())
    }

    /// The files by the paths at which they count.
    ///
    /// # Errors
    /// When two packs bring one path.
    pub(crate) fn layered(&self) -> Result<Layers<'_>, Vec<CatalogError>> {
        let mut packed: BTreeMap<String, String> = BTreeMap::new();
        let mut errors = Vec::new();
        for whole in self.0.keys() {
            let Some((_, path)) = parts(whole) else { continue };
            match packed.get(path).and_then(|first| parts(first)) {
                Some((first, _)) => {
                    errors
                        .push(CatalogError::of_file(whole, Fault::Pack(PackFault::Taken(first.to_owned()))));
                }
                None => {
                    packed.insert(path.to_owned(), whole.clone());
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        if packed.is_empty() {
            return Ok(Layers { files: Cow::Borrowed(self), packed });
        }
        let own = self.0.iter().filter(|(path, _)| parts(path).is_none());
        let mut files = Self(own.map(|(path, bytes)| (path.clone(), bytes.clone())).collect());
        for (path, whole) in &packed {
            files.0.extend(self.0.get(whole).map(|bytes| (path.clone(), bytes.clone())));
        }
        Ok(Layers { files: Cow::Owned(files), packed })
    }
}
