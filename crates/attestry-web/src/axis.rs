//! What a page asks about: as of which day, over which period, at which N. It stands in the address and is
//! kept in every link.

use attestry_domain::time::{Day, InvalidTime, Period, day, next};
use serde::Deserialize;
use thiserror::Error;

use crate::view::words::encoded;

/// The axis as an address states it; what is absent is for the programme to choose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Axis {
    /// The day on which design is judged.
    pub as_of: Option<Day>,
    /// The period over which operation is judged.
    pub period: Option<Period>,
    /// The number of events to know of.
    pub at: Option<u64>,
}

/// The axis as text.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AxisText {
    /// A day.
    pub as_of: Option<String>,
    /// `FROM..TO`, the last day not included.
    pub period: Option<String>,
    /// First day, as a form sends it.
    pub from: Option<String>,
    /// Last day, included, as a form sends it.
    pub to: Option<String>,
    /// A number of events.
    pub at: Option<String>,
}

/// Why an address states no axis.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidAxis {
    /// No day or period.
    #[error(transparent)]
    Time(#[from] InvalidTime),
    /// No number of events.
    #[error("`{0}` is no number of events; expected a whole number such as 1200")]
    At(String),
}

impl TryFrom<&AxisText> for Axis {
    type Error = InvalidAxis;

    fn try_from(text: &AxisText) -> Result<Self, InvalidAxis> {
        let given = |field: &Option<String>| {
            field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let as_of = given(&text.as_of).map(|text| day(&text)).transpose()?;
        let stated = given(&text.period).map(|text| text.parse()).transpose()?;
        let days = given(&text.from).zip(given(&text.to));
        let chosen = days.map(|(from, to)| Period::new(day(&from)?, next(day(&to)?))).transpose()?;
        let number = |text: String| text.replace(',', "").parse().map_err(|_| InvalidAxis::At(text));
        let at = given(&text.at).map(number).transpose()?;
        Ok(Self { as_of, period: stated.or(chosen), at })
    }
}

impl Axis {
    /// A path with this axis as its query.
    pub fn link(&self, path: &str) -> String {
        self.with(path, &[])
    }

    /// A path with this axis and more fields as its query.
    pub fn with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let own = [
            ("as_of", self.as_of.map(|day| day.to_string())),
            ("period", self.period.map(|period| period.to_string())),
            ("at", self.at.map(|at| at.to_string())),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded(&value?))));
        let more = more.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let fields: Vec<String> = more.chain(own).collect();
        if fields.is_empty() { path.to_owned() } else { format!("{path}?{}", fields.join("&")) }
    }

    /// A framework's page.
    pub fn framework(&self, id: &str) -> String {
        self.link(&format!("/frameworks/{}", encoded(id)))
    }

    /// A requirement's page, by its qualified id.
    pub fn requirement(&self, id: &str) -> String {
        self.link(&format!("/requirements/{}", encoded(id)))
    }

    /// A control's page.
    pub fn control(&self, id: &str) -> String {
        self.link(&format!("/controls/{}", encoded(id)))
    }

    /// A crosswalk's page.
    pub fn crosswalk(&self, id: &str) -> String {
        self.link(&format!("/crosswalks/{}", encoded(id)))
    }

    /// A crosswalk's rows of one relation.
    pub fn crosswalk_of(&self, id: &str, relation: &str) -> String {
        self.with(&format!("/crosswalks/{}", encoded(id)), &[("relation", relation)])
    }

    /// A stream's page.
    pub fn stream(&self, id: &str) -> String {
        self.link(&format!("/evidence/{}", encoded(id)))
    }

    /// A segment's page.
    pub fn segment(&self, stream: &str, segment: &str) -> String {
        self.link(&format!("/evidence/{}/{}", encoded(stream), encoded(segment)))
    }

    /// A record's page; rows count from 0.
    pub fn record(&self, stream: &str, segment: &str, row: &u64) -> String {
        self.link(&format!("/evidence/{}/{}/{row}", encoded(stream), encoded(segment)))
    }

    /// A test run's page.
    pub fn run(&self, id: &str) -> String {
        self.link(&format!("/runs/{}", encoded(id)))
    }

    /// A test run's page with the occurrences that were recorded late.
    pub fn late(&self, id: &str) -> String {
        self.with(&format!("/runs/{}", encoded(id)), &[("late", "1")])
    }

    /// A file, to download.
    pub fn file(&self, id: &str) -> String {
        self.link(&format!("/files/{}", encoded(id)))
    }

    /// An AI system's page.
    pub fn system(&self, id: &str) -> String {
        self.link(&format!("/ai/{}", encoded(id)))
    }

    /// An event's page.
    pub fn event(&self, sequence: &u64) -> String {
        self.link(&format!("/ledger/{sequence}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_kept_in_a_link_and_read_back() {
        let text = AxisText {
            as_of: Some("2026-11-21".into()),
            period: Some("2026-01-01..2027-01-01".into()),
            at: Some("1,200".into()),
            ..AxisText::default()
        };
        let axis = Axis::try_from(&text).unwrap();
        assert_eq!(
            axis.control("CHG-01"),
            "/controls/CHG-01?as_of=2026-11-21&period=2026-01-01..2027-01-01&at=1200"
        );
        assert_eq!(Axis::default().link("/ledger"), "/ledger");
    }

    #[test]
    fn a_form_states_the_last_day_and_an_empty_field_states_nothing() {
        let text = AxisText {
            from: Some("2026-01-01".into()),
            to: Some("2026-12-31".into()),
            as_of: Some(" ".into()),
            ..AxisText::default()
        };
        let axis = Axis::try_from(&text).unwrap();
        assert_eq!(axis.period, "2026-01-01..2027-01-01".parse().ok());
        assert_eq!(axis.as_of, None);
    }

    #[test]
    fn a_wrong_day_is_named() {
        let text = AxisText { as_of: Some("soon".into()), ..AxisText::default() };
        assert!(Axis::try_from(&text).unwrap_err().to_string().contains("`soon` is no day"));
    }
}
