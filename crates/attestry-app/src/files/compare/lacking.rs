//! What the programme has and the files lack. Nothing is removed; it is told.

use attestry_domain::id::ControlId;
use attestry_domain::programme::{AdoptedControl, AiSystem};

use crate::files::compare::Comparison;
use crate::files::document::{At, ControlFile, SystemFile};
use crate::files::read::Files;
use crate::files::write;

/// Names that a sentence spells out.
const SPELT: usize = 4;

/// Names of what is lacking, by what it is: one, and several.
#[derive(Default)]
struct Lacking(Vec<((&'static str, &'static str), Vec<String>)>);

impl Lacking {
    fn name(&mut self, what: (&'static str, &'static str), names: impl IntoIterator<Item = String>) {
        for name in names {
            match self.0.iter_mut().find(|(known, _)| *known == what) {
                Some((_, names)) => names.push(name),
                None => self.0.push((what, vec![name])),
            }
        }
    }

    fn sentence(&self) -> Option<String> {
        let total: usize = self.0.iter().map(|(_, names)| names.len()).sum();
        let parts: Vec<String> =
            self.0.iter().map(|((one, many), names)| counted(one, many, names)).collect();
        let (last, rest) = parts.split_last()?;
        let all = if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) };
        let is = if total == 1 { "is" } else { "are" };
        Some(format!("apply removes nothing: {all} {is} not in the files"))
    }
}

fn counted(one: &str, many: &str, names: &[String]) -> String {
    let spelt: Vec<&str> = names.iter().take(SPELT).map(String::as_str).collect();
    let more = if names.len() > SPELT { ", …" } else { "" };
    let what = if names.len() == 1 { one } else { many };
    format!("{} {what} ({}{more})", names.len(), spelt.join(", "))
}

impl Comparison<'_> {
    /// What no change is made for though it differs.
    pub(super) fn notes(&self, files: &Files) -> Vec<String> {
        let mut lacking = Lacking::default();
        self.lacking_scope(files, &mut lacking);
        for (id, one) in &self.programme.controls {
            match files.controls.get(id.as_str()) {
                None => lacking.name(("control", "controls"), [id.to_string()]),
                Some((document, text)) => {
                    let procedure = text.is_none() && !one.procedures.is_empty();
                    let name = format!("controls/{id}.md");
                    lacking.name(("procedure", "procedures"), procedure.then_some(name));
                    self.lacking_control(id, one, document.as_ref(), &mut lacking);
                }
            }
        }
        for one in self.programme.systems.values() {
            let name = &one.registered.value.name;
            match files.systems.values().find(|document| document.name.value == *name) {
                None => lacking.name(("AI system", "AI systems"), [name.clone()]),
                Some(document) => self.lacking_system(one, document, &mut lacking),
            }
        }
        self.lacking_records(files, &mut lacking);
        let unnamed = (!files.unnamed.is_empty()).then(|| {
            format!("not stored, as nothing names it: {}", counted("file", "files", &files.unnamed))
        });
        lacking.sentence().into_iter().chain(unnamed).collect()
    }

    fn lacking_scope(&self, files: &Files, lacking: &mut Lacking) {
        let listed = |email: &str| files.people.iter().any(|one| one.email.value.eq_ignore_ascii_case(email));
        let people = write::people(self.programme).into_iter().map(|one| one.email.value);
        lacking.name(("person", "people"), people.filter(|email| !listed(email)));
        let frameworks = self.programme.frameworks.keys();
        let frameworks =
            frameworks.filter(|id| !files.frameworks.iter().any(|one| one.framework.value == **id));
        lacking.name(("framework", "frameworks"), frameworks.map(ToString::to_string));
        if files.exclusions.is_none() {
            let exclusions = self.programme.exclusions.keys().map(ToString::to_string);
            lacking.name(("exclusion", "exclusions"), exclusions);
        }
    }

    fn lacking_control(
        &self,
        id: &ControlId,
        one: &AdoptedControl,
        document: Option<&ControlFile>,
        lacking: &mut Lacking,
    ) {
        let is = write::control(self.programme, id, one);
        let empty = ControlFile {
            control: At::from(id.clone()),
            applicable: None,
            reason: None,
            owner: None,
            cadence: None,
            grace_days: None,
            approved_from: None,
            rationale: None,
            walkthroughs: Vec::new(),
            attestations: Vec::new(),
            compensations: Vec::new(),
        };
        let said = document.unwrap_or(&empty);
        let of = |lacks: bool| lacks.then(|| id.to_string());
        lacking.name(
            ("decision on applicability", "decisions on applicability"),
            of(is.applicable.is_some() && said.applicable.is_none()),
        );
        lacking.name(("owner", "owners"), of(is.owner.is_some() && said.owner.is_none()));
        let approval = is.approved_from.is_some() && said.approved_from.is_none();
        lacking.name(("approval", "approvals"), of(approval));
        lacking.name(("rationale", "rationales"), of(is.rationale.is_some() && said.rationale.is_none()));
        let walkthroughs = one.walkthroughs.iter().map(|one| &one.value).filter(|known| {
            !said.walkthroughs.iter().any(|one| {
                one.on.value == known.on
                    && one.seen == known.seen
                    && self.shows_the_same(known.artifact, one.artifact.as_ref())
            })
        });
        let dated = |on| format!("{id} on {on}");
        lacking.name(("walkthrough", "walkthroughs"), walkthroughs.map(|one| dated(one.on)));
        let attestations = one.attestations.iter().map(|one| &one.value);
        let attestations =
            attestations.filter(|known| !said.attestations.iter().any(|one| self.attested(known, one)));
        lacking.name(("attestation", "attestations"), attestations.map(|one| dated(one.performed_on)));
        let compensations = is.compensations.iter().filter(|one| !said.compensations.contains(one));
        let named = compensations.map(|one| format!("{} for {id}", one.by.value));
        lacking.name(("compensation", "compensations"), named);
    }

    fn lacking_system(&self, one: &AiSystem, document: &SystemFile, lacking: &mut Lacking) {
        let is = write::system(self.programme, one);
        let name = &document.name.value;
        let versions = is.versions.iter().map(|one| &one.version);
        let versions =
            versions.filter(|version| !document.versions.iter().any(|one| one.version == **version));
        lacking.name(("version", "versions"), versions.map(|version| format!("{name} {}", version.value)));
        let deployments = is.deployments.iter().filter(|known| {
            let same = |one: &&crate::files::document::DeploymentEntry| {
                (&one.version, &one.environment, one.deployed_at)
                    == (&known.version, &known.environment, known.deployed_at)
            };
            document.deployments.iter().find(same).is_none()
        });
        let deployed = deployments.map(|one| format!("{name} {} to {}", one.version.value, one.environment));
        lacking.name(("deployment", "deployments"), deployed);
        let thresholds = is.thresholds.keys().filter(|metric| !document.thresholds.contains_key(*metric));
        lacking.name(("threshold", "thresholds"), thresholds.map(|metric| format!("{metric} of {name}")));
        let system = one.registered.value.system;
        let mine = self.programme.assessments.iter().filter(|(_, one)| one.submitted.value.system == system);
        let assessments = mine.filter(|(id, known)| {
            !document.assessments.iter().any(|one| one.id == Some(**id) || self.same(known, one))
        });
        let dated = assessments.map(|(_, one)| format!("{name} on {}", one.submitted.value.conducted_on));
        lacking.name(("assessment", "assessments"), dated);
    }

    fn lacking_records(&self, files: &Files, lacking: &mut Lacking) {
        let engagements = self.programme.engagements.values().map(|one| write::engagement(&one.value));
        let engagements = engagements.filter(|one| !files.engagements.contains(one));
        lacking.name(
            ("audit", "audits"),
            engagements.map(|one| format!("{} by {}", one.framework.value, one.firm)),
        );
        let sources = write::sources(self.programme).into_iter();
        let sources = sources.filter(|known| {
            !files.sources.iter().any(|one| one.stream == known.stream && one.source == known.source)
        });
        let named = sources.map(|one| format!("{} of {}", one.source, one.stream.value));
        lacking.name(("source", "sources"), named);
        let answered = self.programme.responses.keys().filter(|(test, occurrence)| {
            let same = |one: &crate::files::document::ResponseEntry| {
                one.test.value == *test && one.occurrence == *occurrence
            };
            !files.responses.iter().any(same)
        });
        let named = answered.map(|(test, occurrence)| format!("{occurrence} of {test}"));
        lacking.name(("response", "responses"), named);
    }
}
