//! A plan month by month: a line a step, a column a month, a letter a phase.

use attestry_domain::advise::Plan;
use attestry_domain::time::Day;

/// Nothing of a step happens in the month.
const IDLE: char = '·';

/// A name and a character a month.
type Line = (String, Vec<char>);

/// The lines, cut into blocks that are at most so many columns wide.
pub(super) fn lines(plan: &Plan, width: usize) -> Vec<String> {
    let months = plan.months();
    let starts: Vec<Day> = months.iter().map(|month| month.starts).collect();
    let mut named: Vec<Line> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let cell = |month: &attestry_domain::advise::Month| {
                let phases = month.doing.iter().filter(|(step, _)| *step == at).map(|(_, phase)| *phase);
                phases.max().map_or(IDLE, letter)
            };
            (step.step.to_string(), months.iter().map(cell).collect())
        })
        .collect();
    named.extend(plan.deadline.and_then(|deadline| marked(deadline, &starts)));
    let names = named.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let beside = width.saturating_sub(names + 2).max(6);
    let mut lines = Vec::new();
    for (block, starts) in starts.chunks(beside).enumerate() {
        if block > 0 {
            lines.push(String::new());
        }
        lines.push(format!("{:names$}  {}", "", years(starts)).trim_end().to_owned());
        lines.push(format!("{:names$}  {}", "", starts.iter().map(|day| initial(*day)).collect::<String>()));
        for (name, cells) in &named {
            let cells: String = cells.iter().skip(block * beside).take(beside).collect();
            if !cells.trim().is_empty() {
                lines.push(format!("{name:names$}  {cells}").trim_end().to_owned());
            }
        }
    }
    lines
}

/// The letter of a phase by its position.
pub(super) fn letter(phase: usize) -> char {
    u8::try_from(phase).ok().filter(|at| *at < 26).map_or('+', |at| char::from(b'a' + at))
}

/// The month in which the deadline falls; nothing when it lies after the last.
fn marked(deadline: Day, starts: &[Day]) -> Option<Line> {
    let month = starts.iter().rposition(|start| *start <= deadline)?;
    let end = starts.get(month)?.checked_add(jiff::Span::new().months(1)).ok()?;
    let cell = |at: usize| if at == month { '▲' } else { ' ' };
    (deadline < end).then(|| ("deadline".to_owned(), (0..starts.len()).map(cell).collect()))
}

/// Each year over its first month, where there is room.
fn years(starts: &[Day]) -> String {
    let mut line = String::new();
    let firsts = starts.iter().enumerate().filter(|(at, day)| *at == 0 || day.month() == 1);
    let firsts: Vec<(usize, &Day)> = firsts.collect();
    for (place, (at, day)) in firsts.iter().enumerate() {
        let next = firsts.get(place + 1).map_or(starts.len() + 1, |(next, _)| *next);
        if next - at > 4 {
            line.push_str(&" ".repeat(at.saturating_sub(line.len())));
            line.push_str(&day.year().to_string());
        }
    }
    line
}

fn initial(day: Day) -> char {
    let month = usize::try_from(day.month()).unwrap_or(1).saturating_sub(1);
    "JFMAMJJASOND".chars().nth(month).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use attestry_domain::advise::{Profile, advise};
    use attestry_domain::time::day;

    use super::*;

    fn plan(deadline: &str) -> Plan {
        let catalog = attestry_catalog::embedded().unwrap();
        let profile = Profile::default().with("asks", ["soc2"]).with("deadline", deadline);
        advise(&catalog.adviser, &profile, day("2026-11-21").unwrap())
    }

    #[test]
    fn a_step_is_a_line_and_a_month_is_a_column_from_its_first_to_its_last() {
        let plan = plan("2027-06-01");
        let lines = lines(&plan, 200);
        assert!(lines[0].trim_start().starts_with("2027"), "{lines:?}");
        assert!(lines[1].trim_start().starts_with("NDJFMAM"), "{lines:?}");
        let months = plan.months().len();
        for step in &plan.steps {
            let line = lines.iter().find(|line| line.starts_with(&format!("{} ", step.step))).unwrap();
            let cells = line.split_whitespace().last().unwrap();
            assert_eq!(cells.chars().count(), months, "{line}");
            assert!(step.phases.is_empty() || cells.contains('a'), "{line}");
        }
    }

    #[test]
    fn the_deadline_stands_under_its_month_and_is_left_out_when_it_comes_after_all() {
        let under = |deadline: &str| {
            let lines = lines(&plan(deadline), 200);
            let initials = lines[1].clone();
            let mark = lines.iter().find(|line| line.starts_with("deadline"))?.clone();
            let at = mark.chars().position(|c| c == '▲')?;
            initials.chars().nth(at)
        };
        // The month from 21 May holds the first of June.
        assert_eq!(under("2027-06-01"), Some('M'));
        assert_eq!(under("2036-06-01"), None);
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_month_is_lost() {
        let plan = plan("2027-06-01");
        let months = plan.months().len();
        for width in [30, 40, 60] {
            let lines = lines(&plan, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:#?}");
            let name = plan.steps[0].step.as_str();
            let cells = lines.iter().filter(|line| line.starts_with(&format!("{name} ")));
            let cells: usize =
                cells.map(|line| line.split_whitespace().last().unwrap().chars().count()).sum();
            assert_eq!(cells, months);
        }
    }
}
