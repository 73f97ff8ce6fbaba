//! A measured log, kept as a dataset and submitted as a bias assessment.

use attestry_app::bias::{self, BiasReport, Registration};
use attestry_app::{Sender, files};
use attestry_domain::event::{AssessmentKind, BiasOutcome, Verdict};
use attestry_domain::id::{AiSystemId, AssessmentId, DatasetId, Digest};
use attestry_domain::programme::Programme;
use attestry_domain::time::Day;
use serde::Serialize;

use crate::args::{Bias, Place};
use crate::home;
use crate::ui::{Fault, Page};

/// An assessment to be submitted; what would refuse it is looked for before anything is measured.
pub(super) struct Wanted {
    sender: Sender,
    dataset: String,
    system: AiSystemId,
    threshold_ppm: i64,
    conducted_on: Day,
}

/// An assessment that is submitted.
#[derive(Debug, Serialize)]
pub(super) struct Recorded {
    assessment: AssessmentId,
    dataset: DatasetId,
    system: String,
    summary: String,
    verdict: Option<Verdict>,
    approved: bool,
    /// Whether it was there before.
    known: bool,
    /// The file that `export` writes of the system.
    file: String,
}

impl Wanted {
    pub(super) async fn of(place: &Place, args: &Bias, dataset: &str) -> Result<Self, Fault> {
        let sender = home::sender(place).await?;
        let programme = sender.workspace().newest().programme;
        let name = args.system.as_deref().unwrap_or_default();
        let system = named(&programme, name)?;
        let known = programme.systems.get(&system);
        if let (Some(version), Some(known)) = (&args.of_version, known)
            && !known.versions.contains_key(version)
        {
            let versions: Vec<&str> = known.versions.keys().map(String::as_str).collect();
            let fault = Fault::wrong(format!("{name} has no version `{version}`"));
            return Err(fault.help(format!("versions: {}", versions.join(", "))));
        }
        let thresholds = known.and_then(|known| known.thresholds.get("impact_ratio"));
        let threshold_ppm = thresholds.and_then(|values| values.last()).map(|one| one.value).ok_or_else(|| {
            Fault::wrong(format!("no threshold for impact_ratio is approved for {name}"))
                .help("approve one before the evaluation: `thresholds: {impact_ratio: 0.8}` in its file below ai/, then `attestry apply`")
        })?;
        let today = sender.workspace().today();
        let conducted_on = args.conducted_on.unwrap_or(today);
        if conducted_on > today {
            return Err(Fault::wrong(format!("{conducted_on} has not come; today is {today}")));
        }
        Ok(Self { sender, dataset: dataset.to_owned(), system, threshold_ppm, conducted_on })
    }

    pub(super) async fn submit(self, args: &Bias, report: &BiasReport) -> Result<Recorded, Fault> {
        if bias::worst(&report.tables, self.threshold_ppm).is_none() {
            return Err(Fault::wrong("the log has fewer than two groups to compare")
                .help("nothing was recorded; name other columns with --by"));
        }
        let (sender, system) = (&self.sender, self.system);
        let name = self.dataset.clone();
        let version = args.of_version.clone();
        let wanted = Registration { name, system: Some(system), version: version.clone() };
        let dataset = bias::register(sender, &args.file, report.rows, wanted).await?;
        let before = self.known(args, report, dataset)?;
        let assessment = match before {
            Some(known) => known,
            None => {
                let (columns, on) = (&report.columns, self.conducted_on);
                bias::submit(sender, system, version, dataset, columns, on).await?
            }
        };
        home::finish(sender.workspace()).await?;
        let programme = sender.workspace().newest().programme;
        let submitted = programme.assessments.get(&assessment);
        let said = submitted.map(|one| &one.submitted.value);
        Ok(Recorded {
            assessment,
            dataset,
            system: programme
                .systems
                .get(&system)
                .map(|one| one.registered.value.name.clone())
                .unwrap_or_default(),
            summary: said.map(|one| one.summary.clone()).unwrap_or_default(),
            verdict: said.and_then(|one| one.bias.as_ref()).map(|bias| bias.verdict),
            approved: submitted.is_some_and(|one| one.approved.is_some()),
            known: before.is_some(),
            file: files::system_file(&programme, system).unwrap_or_default(),
        })
    }

    /// The assessment of the same numbers on the same day, when there is one.
    fn known(
        &self,
        args: &Bias,
        report: &BiasReport,
        dataset: DatasetId,
    ) -> Result<Option<AssessmentId>, Fault> {
        let bytes =
            serde_json::to_vec(report).map_err(|error| Fault::failed(format!("the tables: {error}")))?;
        let tables = Digest::of(&bytes);
        let rests = |bias: &BiasOutcome| {
            (bias.dataset, bias.threshold_ppm, bias.tables.digest) == (dataset, self.threshold_ppm, tables)
        };
        let programme = self.sender.workspace().newest().programme;
        let mut all = programme.assessments.iter();
        let same = all.find(|(_, one)| {
            let one = &one.submitted.value;
            one.kind == AssessmentKind::Bias
                && (one.system, one.conducted_on) == (self.system, self.conducted_on)
                && one.version == args.of_version
                && one.bias.as_ref().is_some_and(rests)
        });
        Ok(same.map(|(id, _)| *id))
    }
}

/// The system of that name, or with that id.
fn named(programme: &Programme, name: &str) -> Result<AiSystemId, Fault> {
    let id = name.parse::<AiSystemId>().ok().filter(|id| programme.systems.contains_key(id));
    let mut all = programme.systems.iter();
    let called = all.find(|(_, one)| one.registered.value.name.eq_ignore_ascii_case(name)).map(|(id, _)| *id);
    id.or(called).ok_or_else(|| {
        let fault = Fault::wrong(format!("there is no AI system `{name}`"));
        let known = programme.systems.values().map(|one| one.registered.value.name.as_str());
        match files::nearest(name, known).as_slice() {
            [] => fault.help("register it in a file below ai/, then `attestry apply`"),
            near => fault.help(format!("nearest: {}", near.join(", "))),
        }
    })
}

impl Recorded {
    pub(super) fn print(&self, page: &mut Page) {
        page.gap();
        let Self { assessment, system, summary, file, .. } = self;
        let verb = if self.known { "is there already" } else { "is submitted" };
        page.say(format!("Bias assessment {assessment} of {system} {verb}: {summary}."));
        if self.approved {
            page.say("It is approved.");
            return;
        }
        let note = match self.verdict {
            Some(Verdict::Above) => "",
            _ => " The note must say why it is acceptable, as the result is not above the threshold.",
        };
        page.say(format!("It counts once another owner or compliance lead approves it: `attestry export DIR`, add `approved: NOTE` to the entry with this id in {file}, `attestry apply DIR --as EMAIL`.{note}"));
    }
}
