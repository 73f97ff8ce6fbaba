//! A folder of files, read strictly; everything that is wrong is told at once.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use attestry_domain::event::ObjectRef;
use attestry_domain::id::Digest;
use serde::de::DeserializeOwned;

use crate::AppError;
use crate::evidence::sniff;
use crate::files::document::{
    At, ControlFile, EngagementEntry, ExclusionEntry, FrameworkEntry, PersonEntry, ResponseEntry, Shown,
    SourceEntry, SystemFile, WorkspaceFile,
};
use crate::files::nearest::hint;
use crate::files::{FileFault, FilesError};

/// Most bytes of a file that are read.
const LONGEST: u64 = 4 << 20;
/// Most bytes of a file of evidence.
const LARGEST: u64 = 64 << 20;

/// A file of evidence below the folder.
#[derive(Debug)]
pub(super) struct EvidenceFile {
    pub(super) path: PathBuf,
    pub(super) object: ObjectRef,
    pub(super) media_type: &'static str,
}

/// The folder's files, decoded; `None` for a file that is not there.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) workspace: Option<WorkspaceFile>,
    pub(super) people: Vec<PersonEntry>,
    pub(super) frameworks: Vec<FrameworkEntry>,
    pub(super) exclusions: Option<Vec<ExclusionEntry>>,
    /// By control, with the text of the procedure.
    pub(super) controls: BTreeMap<String, (Option<ControlFile>, Option<Vec<u8>>)>,
    /// By file.
    pub(super) systems: BTreeMap<String, SystemFile>,
    pub(super) engagements: Vec<EngagementEntry>,
    pub(super) sources: Vec<SourceEntry>,
    pub(super) responses: Vec<ResponseEntry>,
    /// What documents name as evidence, by its path as they write it.
    pub(super) evidence: BTreeMap<String, EvidenceFile>,
    /// Names below `evidence` that no document names.
    pub(super) unnamed: Vec<String>,
}

/// The files of the folder itself.
const KNOWN: [&str; 7] = [
    "workspace.yaml",
    "people.yaml",
    "frameworks.yaml",
    "requirements.yaml",
    "engagements.yaml",
    "sources.yaml",
    "responses.yaml",
];

struct Reader<'a> {
    dir: &'a Path,
    faults: Vec<FileFault>,
}

/// Reads a folder.
pub(super) fn folder(dir: &Path) -> Result<Files, FilesError> {
    let mut reader = Reader { dir, faults: Vec::new() };
    let mut files = Files::default();
    let names = reader.names("")?;
    for name in names.iter().filter(|name| is_yaml(name) && !KNOWN.contains(&name.as_str())) {
        reader.fault(name, 0, format!("no such file is read{}", hint(name, KNOWN)));
    }
    let has = |name: &str| names.iter().any(|one| one == name);
    if !KNOWN.iter().any(|name| has(name)) && !dir.join("controls").is_dir() && !dir.join("ai").is_dir() {
        let what = format!(
            "no programme here; `{}` holds none of {}, controls/, ai/",
            dir.display(),
            KNOWN.join(", ")
        );
        reader.fault(".", 0, what);
    }
    files.workspace = reader.file("workspace.yaml", has("workspace.yaml"))?;
    files.people = reader.file("people.yaml", has("people.yaml"))?.unwrap_or_default();
    files.frameworks = reader.file("frameworks.yaml", has("frameworks.yaml"))?.unwrap_or_default();
    files.exclusions = reader.file("requirements.yaml", has("requirements.yaml"))?;
    files.engagements = reader.file("engagements.yaml", has("engagements.yaml"))?.unwrap_or_default();
    files.sources = reader.file("sources.yaml", has("sources.yaml"))?.unwrap_or_default();
    files.responses = reader.file("responses.yaml", has("responses.yaml"))?.unwrap_or_default();
    reader.controls(&mut files)?;
    reader.systems(&mut files)?;
    reader.evidence(&mut files)?;
    if reader.faults.is_empty() { Ok(files) } else { Err(FilesError::Faults(reader.faults)) }
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

impl Reader<'_> {
    fn fault(&mut self, file: &str, line: u64, what: String) {
        self.faults.push(FileFault { file: file.to_owned(), line, what });
    }

    /// The names in a folder below, in order; none when it is not there.
    fn names(&self, below: &str) -> Result<Vec<String>, AppError> {
        let dir = self.dir.join(below);
        if !below.is_empty() && !dir.is_dir() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&dir).map_err(AppError::file(&dir))? {
            let entry = entry.map_err(AppError::file(&dir))?;
            if !entry.path().is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        Ok(names)
    }

    fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, AppError> {
        let path = self.dir.join(name);
        let length = std::fs::metadata(&path).map_err(AppError::file(&path))?.len();
        if length > LONGEST {
            self.fault(name, 0, format!("{length} bytes; at most {LONGEST} are read"));
            return Ok(None);
        }
        std::fs::read(&path).map(Some).map_err(AppError::file(&path))
    }

    fn file<T: DeserializeOwned>(&mut self, name: &str, there: bool) -> Result<Option<T>, AppError> {
        if !there {
            return Ok(None);
        }
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let Ok(text) = String::from_utf8(bytes) else {
            self.fault(name, 0, "is not UTF-8 text; save it as UTF-8".to_owned());
            return Ok(None);
        };
        match serde_saphyr::from_str(&text) {
            Ok(document) => Ok(Some(document)),
            Err(error) => {
                let line = error.location().map_or(0, |location| location.line());
                let message = error.without_snippet().to_string();
                let message = message.lines().next().unwrap_or_default();
                self.fault(name, line, in_words(without_place(message), &text, line));
                Ok(None)
            }
        }
    }

    fn controls(&mut self, files: &mut Files) -> Result<(), AppError> {
        for name in self.names("controls")? {
            let path = format!("controls/{name}");
            if let Some(id) = name.strip_suffix(".yaml") {
                let document: Option<ControlFile> = self.file(&path, true)?;
                if let Some(control) = document.as_ref().filter(|one| one.control.value.as_str() != id) {
                    let what = format!(
                        "`control` is `{}`, the file is called `{id}`; make them agree",
                        control.control.value
                    );
                    self.fault(&path, control.control.line, what);
                }
                files.controls.entry(id.to_owned()).or_default().0 = document;
            } else if let Some(id) = name.strip_suffix(".md") {
                files.controls.entry(id.to_owned()).or_default().1 = self.bytes(&path)?;
            } else {
                self.fault(&path, 0, "no such file is read; expected ID.yaml and ID.md".to_owned());
            }
        }
        Ok(())
    }

    fn systems(&mut self, files: &mut Files) -> Result<(), AppError> {
        for name in self.names("ai")? {
            let path = format!("ai/{name}");
            if !name.ends_with(".yaml") {
                self.fault(&path, 0, "no such file is read; expected NAME.yaml".to_owned());
            } else if let Some(document) = self.file(&path, true)? {
                files.systems.insert(path, document);
            }
        }
        Ok(())
    }
}

impl Files {
    /// Every file that a document names as evidence: document, line, path.
    fn named(&self) -> Vec<(String, u64, String)> {
        let controls = self.controls.iter().filter_map(|(id, (document, _))| Some((id, document.as_ref()?)));
        let controls = controls.flat_map(|(id, one)| {
            let walkthroughs = one.walkthroughs.iter().map(|one| &one.artifact);
            let all = walkthroughs.chain(one.attestations.iter().map(|one| &one.artifact));
            all.flatten().map(move |shown| (format!("controls/{id}.yaml"), shown))
        });
        let systems = self.systems.iter().flat_map(|(file, one)| {
            let all = one.assessments.iter().filter_map(|one| one.artifact.as_ref());
            all.map(move |shown| (file.clone(), shown))
        });
        let path = |(file, shown): (String, &At<Shown>)| match &shown.value {
            Shown::File(name) => Some((file, shown.line, name.clone())),
            Shown::Contents(_) | Shown::Stored(_) => None,
        };
        controls.chain(systems).filter_map(path).collect()
    }
}

impl Reader<'_> {
    fn evidence(&mut self, files: &mut Files) -> Result<(), AppError> {
        let root = self.dir.canonicalize().map_err(AppError::file(self.dir))?;
        for (file, line, name) in files.named() {
            if files.evidence.contains_key(&name) {
                continue;
            }
            match below(&root, &name) {
                Err(what) => self.fault(&file, line, what),
                Ok(path) => {
                    let bytes = std::fs::read(&path).map_err(AppError::file(&path))?;
                    let object = ObjectRef { digest: Digest::of(&bytes), bytes: bytes.len() as u64 };
                    let media_type = sniff(&bytes);
                    files.evidence.insert(name, EvidenceFile { path, object, media_type });
                }
            }
        }
        let mut unnamed = self.names("evidence")?;
        unnamed.retain(|name| !files.evidence.contains_key(&format!("evidence/{name}")));
        files.unnamed = unnamed;
        Ok(())
    }
}

/// Where a named file is; it lies below the folder, also when a link leads to it.
fn below(root: &Path, name: &str) -> Result<PathBuf, String> {
    let outside = || format!("`{name}` is outside the folder; name a file below it, such as evidence/NAME");
    if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    let path = root.join(name).canonicalize();
    let Some(path) = path.ok().filter(|path| path.is_file()) else {
        return Err(format!(
            "there is no file `{name}`; put it below the folder, or name one that is stored as sha256:DIGEST"
        ));
    };
    if !path.starts_with(root) {
        return Err(outside());
    }
    match path.metadata().map(|about| about.len()) {
        Ok(length) if length > LARGEST => {
            Err(format!("`{name}` has {length} bytes; at most {LARGEST} are taken"))
        }
        Ok(_) => Ok(path),
        Err(error) => Err(format!("`{name}` cannot be read: {error}")),
    }
}

/// The message without the place, which is told apart.
fn without_place(message: &str) -> &str {
    let rest = message.strip_prefix("error: ").unwrap_or(message);
    let rest = match rest.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((_, rest)) => rest,
        None => rest,
    };
    rest.split(" at line ").next().unwrap_or(rest).trim_end_matches('.')
}

/// The message with what stands on the line, where it does not quote it itself.
fn in_words(message: &str, text: &str, line: u64) -> String {
    let message = match message {
        "invalid u16" => "expected a whole number of days from 0 to 366",
        "invalid f64" => "expected a number",
        "invalid bool" => "expected true or false",
        other => other,
    };
    let at = usize::try_from(line).unwrap_or(0).checked_sub(1);
    match at.and_then(|at| text.lines().nth(at)).filter(|_| !message.contains('`')) {
        Some(found) => format!("`{}`: {message}", found.trim().trim_start_matches("- ")),
        None => message.to_owned(),
    }
}
