//! A workspace with a year of history: a made-up company that sells an AI hiring assistant.
//!
//! The year is written down first, as a list of acts that follows from the seed and the year's end alone, and
//! then performed in the order of time through the same use cases that a person's commands call, with a clock
//! that is set before each act. Nothing is planted as a result: faults lie in the evidence, and control tests
//! find them.
//!
//! To add to the story: a generator beside the others gives [`act::Act`]s, and `year` puts them in the list.

use std::io::Write as _;
use std::sync::Arc;

use attestry_domain::command::{Command, CreateWorkspace};
use attestry_domain::event::ai::AssessmentApproved;
use attestry_domain::event::{Actor, AssessmentKind, FrameworkAdopted};
use attestry_domain::id::{AiSystemId, WorkspaceId};
use attestry_domain::programme::Programme;
use attestry_domain::time::{Day, zone};

use crate::bias::{Columns, Registration};
use crate::demo::act::{Act, Deed, Log, Measure, Take};
use crate::demo::calendar::Calendar;
use crate::demo::people::{COMPANY, People, TIME_ZONE};
use crate::demo::story::Story;
use crate::demo::world::{DemoWorld, Seed};
use crate::ingest::Ingest;
use crate::{App, AppError, Axis, Sender, Workspace, bias, ingest, testing};

mod access;
mod act;
mod ai;
mod calendar;
mod changes;
mod cloud;
mod collect;
mod controls;
mod duties;
mod incidents;
mod people;
mod sheet;
mod story;
mod wording;
mod world;
mod year;

/// UCI Adult, 48,842 records; see `NOTICE`.
const ADULT: &[u8] = include_bytes!("../data/adult.csv.gz");
/// Records in it.
const ADULT_ROWS: u64 = 48_842;
/// Commands that share a transaction at most. Up to 30 futures are polled in the order in which they stand.
const TOGETHER: usize = 30;
/// Objects written at the same time.
const OBJECTS_AT_ONCE: usize = 24;

/// What the demo is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Any number; the same gives the same history.
    pub seed: u64,
    /// First day after the year, the first of a month; see [`default_until`].
    pub until: Day,
    /// Short name of the workspace, which must be free.
    pub slug: String,
}

/// Hears how far the demo is.
pub trait DemoProgress: Sync {
    /// The acts of a month are next: its first day, how many acts are done, and how many there are.
    fn month(&self, month: Day, done: usize, of: usize);
}

/// The newest day on which a demo's year can end so that nothing of it lies in the future, wherever it is read.
pub fn default_until(today: Day) -> Day {
    today.yesterday().unwrap_or(today).first_of_month()
}

/// Whether a demo's year was written to its end: management's answers are its last act, in one transaction.
///
/// What a stopped process left half written is not continued: begin in another folder.
pub fn is_whole(programme: &Programme) -> bool {
    let simulated = programme.workspace.as_ref().is_some_and(|workspace| workspace.simulated.is_some());
    simulated && !programme.responses.is_empty()
}

/// Writes the demo's year into a new workspace, and opens it under the clock and randomness of `app`.
///
/// # Errors
/// When the year does not end with a month, the workspace's name is taken, or the store cannot be written.
pub async fn build(app: &App, options: &Options, progress: &dyn DemoProgress) -> Result<Workspace, AppError> {
    let zone = zone(TIME_ZONE).map_err(|error| AppError::Catalog(error.to_string()))?;
    let calendar = Calendar::new(options.until, zone)?;
    let seed = Seed::new(options.seed, options.until);
    let people = People::new(seed, &calendar);
    let world = Arc::new(DemoWorld::new(seed, calendar.at(calendar.begins, 9, 0)));
    let app_then = App { world: world.clone(), ..app.clone() };
    let begun = WorkspaceId::new(seed.ulid(calendar.at(calendar.begins, 9, 0), "workspace"));
    let simulated = Some(format!("attestry demo, seed {}", options.seed));
    let (name, time_zone, owner) = (COMPANY.to_owned(), TIME_ZONE.to_owned(), people.first.add());
    let wanted = CreateWorkspace { workspace: begun, name, time_zone, simulated, owner };
    let workspace = app_then.create(&options.slug, wanted).await?;
    let stage = Stage { workspace, world };
    stage.begin(&calendar, &people).await?;
    let adopted = stage.workspace.newest().programme.controls.keys().cloned().collect();
    let story = Story { seed, calendar, people, catalog: stage.workspace.newest().catalog, adopted };
    stage.perform(&year::acts(&story)?, &story, progress).await?;
    stage.workspace.publish().await?;
    drop(stage);
    app.open(&options.slug).await
}

/// Where the acts are performed.
/// The frameworks that the company adopts, with their categories.
const SCOPE: [(&str, &[&str]); 2] =
    [("soc2", &["security", "availability", "confidentiality"]), ("iso42001", &[])];

struct Stage {
    workspace: Workspace,
    world: Arc<DemoWorld>,
}

impl Stage {
    /// The people, and the frameworks with the controls they need.
    async fn begin(&self, calendar: &Calendar, people: &People) -> Result<(), AppError> {
        let owner = self.workspace.sender(Actor::Person(people.first.id));
        let there = people.all.iter().skip(1).filter(|one| one.started < calendar.begins);
        let mut commands: Vec<Command> = there.map(|one| Command::AddPerson(one.add())).collect();
        for (framework, categories) in SCOPE {
            let framework = framework.parse().map_err(|error| AppError::Catalog(format!("{error}")))?;
            let categories = categories.iter().map(|one| (*one).to_owned()).collect();
            commands.push(Command::AdoptFramework(FrameworkAdopted { framework, categories }));
        }
        self.world.set(calendar.at(calendar.begins, 9, 30));
        for some in commands.chunks(TOGETHER) {
            let sent = some.iter().map(|command| owner.send(command.clone()));
            futures::future::try_join_all(sent).await?;
        }
        Ok(())
    }

    /// Performs acts in their order.
    async fn perform(
        &self,
        acts: &[Act],
        story: &Story,
        progress: &dyn DemoProgress,
    ) -> Result<(), AppError> {
        self.store_texts(acts).await?;
        let zone = &story.calendar.zone;
        let mut month = None;
        let mut waiting: Vec<(&Act, Command)> = Vec::new();
        for (done, act) in acts.iter().enumerate() {
            let now = act.at.day(zone).first_of_month();
            if month.replace(now) != Some(now) {
                progress.month(now, done, acts.len());
            }
            match act.deed.command() {
                Some(command) => waiting.push((act, command)),
                None => {
                    self.say(&mut waiting).await?;
                    self.world.set(act.at);
                    self.enact(act).await?;
                }
            }
            if waiting.len() >= TOGETHER {
                self.say(&mut waiting).await?;
            }
        }
        self.say(&mut waiting).await
    }

    /// Sends commands in their order, each under its own time, for the writer to take in one transaction.
    async fn say(&self, waiting: &mut Vec<(&Act, Command)>) -> Result<(), AppError> {
        let sent = waiting.drain(..).map(|(act, command)| async move {
            self.world.set(act.at);
            self.sender(act).send(command).await
        });
        futures::future::try_join_all(sent).await.map(|_| ())
    }

    fn sender(&self, act: &Act) -> Sender {
        self.workspace.sender(Actor::Person(act.by))
    }

    /// Files and procedures enter the object store before any event names them; many at a time, as each waits
    /// for the disk.
    async fn store_texts(&self, acts: &[Act]) -> Result<(), AppError> {
        let texts: Vec<&str> = acts.iter().filter_map(|act| act.deed.text()).collect();
        let objects = self.workspace.app().store.objects();
        for some in texts.chunks(OBJECTS_AT_ONCE) {
            futures::future::try_join_all(some.iter().map(|text| objects.put(text.as_bytes()))).await?;
        }
        Ok(())
    }

    async fn enact(&self, act: &Act) -> Result<(), AppError> {
        let sender = self.sender(act);
        match &act.deed {
            Deed::Take(take) => self.take(&sender, take).await,
            Deed::Measure(measure) => self.measure(&sender, measure).await,
            Deed::Test { tests, period } => {
                let axis = Axis { period: Some(*period), ..Axis::default() };
                testing::run(&sender, tests, axis).await.map(|_| ())
            }
            Deed::Accept { system, note } => self.accept(&sender, *system, note).await,
            Deed::Say(_) | Deed::File(_) | Deed::Procedure { .. } => Ok(()),
        }
    }

    async fn take(&self, sender: &Sender, take: &Take) -> Result<(), AppError> {
        let stream = take.stream.parse().map_err(|error| AppError::Catalog(format!("{error}")))?;
        let (source, collector) = (take.source.to_owned(), take.collector.to_owned());
        let wanted = Ingest { stream, source, collector, asked: None, covers: take.covers.clone() };
        ingest::tables(sender, &wanted, take.table.as_slice()).await.map(|_| ())
    }

    async fn measure(&self, sender: &Sender, measure: &Measure) -> Result<(), AppError> {
        let Measure { name, log, system, version, by, conducted_on } = measure;
        let (ending, bytes, rows) = match log {
            Log::Adult => (".csv.gz", ADULT, ADULT_ROWS),
            Log::Simulated(text, rows) => (".csv", text.as_bytes(), *rows),
        };
        let mut file = tempfile::Builder::new()
            .suffix(ending)
            .tempfile()
            .map_err(AppError::file(std::env::temp_dir()))?;
        file.write_all(bytes).and_then(|()| file.flush()).map_err(AppError::file(file.path()))?;
        let version = Some((*version).to_owned());
        let wanted = Registration { name: name.clone(), system: Some(*system), version: version.clone() };
        let dataset = bias::register(sender, file.path(), rows, wanted).await?;
        let columns =
            Columns { label: Some("y_true".to_owned()), prediction: "y_pred".to_owned(), by: by.clone() };
        bias::submit(sender, *system, version, dataset, &columns, *conducted_on).await.map(|_| ())
    }

    /// The newest bias assessment of a system is the one that was just submitted.
    async fn accept(&self, sender: &Sender, system: AiSystemId, note: &str) -> Result<(), AppError> {
        let programme = self.workspace.newest().programme;
        let known = programme.assessments.iter().filter(|(_, one)| {
            one.submitted.value.system == system && one.submitted.value.kind == AssessmentKind::Bias
        });
        let Some((assessment, _)) = known.max_by_key(|(_, one)| one.submitted.at) else {
            return Err(AppError::Input("there is no bias assessment to accept".to_owned()));
        };
        let approved = AssessmentApproved { assessment: *assessment, note: note.to_owned() };
        sender.send(Command::ApproveAssessment(approved)).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests;
