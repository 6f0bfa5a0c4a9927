//! What was measured, for people and for programs.

use comfy_table::{Table, presets};
use serde::Serialize;

/// One measured thing.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) clients: Option<usize>,
    pub(crate) unit: &'static str,
    pub(crate) measured: f64,
    /// What it may be at the most; `None` where it is only shown.
    pub(crate) budget: Option<f64>,
    pub(crate) p50_micros: Option<f64>,
    pub(crate) p99_micros: Option<f64>,
    /// The same of the yardstick.
    pub(crate) yardstick: Option<f64>,
    /// How many times better than the yardstick it is to be.
    pub(crate) least_ratio: Option<f64>,
    /// More of it is better.
    pub(crate) is_rate: bool,
}

impl Row {
    /// A figure without latencies or a yardstick.
    pub(crate) fn new(what: impl Into<String>, unit: &'static str, measured: f64) -> Self {
        Self {
            what: what.into(),
            clients: None,
            unit,
            measured,
            budget: None,
            p50_micros: None,
            p99_micros: None,
            yardstick: None,
            least_ratio: None,
            is_rate: false,
        }
    }

    /// A rate, and that of the yardstick.
    pub(crate) fn rate(what: &str, unit: &'static str, measured: f64, yardstick: f64) -> Self {
        Self { yardstick: Some(yardstick), is_rate: true, ..Self::new(what, unit, measured) }
    }

    /// With a budget.
    pub(crate) fn within(self, budget: f64) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// With a ratio to the yardstick that it is to reach.
    pub(crate) fn at_least(self, ratio: f64) -> Self {
        Self { least_ratio: Some(ratio), ..self }
    }

    /// How many times better than the yardstick.
    fn ratio(&self) -> Option<f64> {
        let of = |other: f64| if self.is_rate { self.measured / other } else { other / self.measured };
        self.yardstick.map(of)
    }

    /// Whether what is asked of it holds; `None` where nothing is.
    fn holds(&self) -> Option<bool> {
        let within = self.budget.map(|budget| self.measured <= budget);
        let reaches = self.least_ratio.map(|least| self.ratio().is_some_and(|ratio| ratio >= least));
        within.into_iter().chain(reaches).reduce(|one, other| one && other)
    }

    /// What is asked of it, as text.
    fn asked(&self) -> String {
        let within = self.budget.map(|budget| format!("{} {}", short(budget), self.unit));
        let reaches = self.least_ratio.map(|least| format!("≥ {} ×", short(least)));
        within.into_iter().chain(reaches).collect::<Vec<_>>().join(", ")
    }
}

/// Everything measured.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// For programs.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    /// For people. A budget that is missed is said plainly; it fails nothing.
    pub(crate) fn text(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_header([
            "what",
            "clients",
            "measured",
            "budget",
            "",
            "p50 µs",
            "p99 µs",
            "yardstick",
            "ratio",
        ]);
        for row in &self.rows {
            let verdict = row.holds().map_or("", |holds| if holds { "ok" } else { "MISSED" });
            let with_unit = |figure: f64| format!("{} {}", short(figure), row.unit);
            let optional = |figure: Option<f64>| figure.map(short).unwrap_or_default();
            table.add_row([
                row.what.clone(),
                row.clients.map(|clients| clients.to_string()).unwrap_or_default(),
                with_unit(row.measured),
                row.asked(),
                verdict.to_owned(),
                optional(row.p50_micros),
                optional(row.p99_micros),
                row.yardstick.map(with_unit).unwrap_or_default(),
                row.ratio().map(|ratio| format!("{} ×", short(ratio))).unwrap_or_default(),
            ]);
        }
        let missed = self.rows.iter().filter(|row| row.holds() == Some(false)).count();
        let of = self.rows.iter().filter(|row| row.holds().is_some()).count();
        let verdict =
            if of > 0 { format!("\n\n{} of {of} budgets hold", of - missed) } else { String::new() };
        format!("{table}{verdict}")
    }
}

/// Three digits that count.
fn short(figure: f64) -> String {
    let digits = if figure.abs() < 10.0 { 2 } else { usize::from(figure.abs() < 100.0) };
    format!("{figure:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::{Report, Row, short};

    #[test]
    fn a_missed_budget_is_said() {
        let rows = vec![Row::new("a", "µs", 50.0).within(40.0), Row::new("b", "MiB", 1.0).within(2.0)];
        let text = Report { rows }.text();
        assert!(text.contains("MISSED") && text.contains("1 of 2 budgets hold"), "{text}");
    }

    #[test]
    fn a_ratio_that_is_not_reached_is_said() {
        let rows = vec![
            Row::rate("a", "MB/s", 7.0, 10.0).at_least(0.8),
            Row::rate("b", "MB/s", 9.0, 10.0).at_least(0.8),
        ];
        let text = Report { rows }.text();
        assert!(text.contains("MISSED") && text.contains("1 of 2 budgets hold"), "{text}");
    }

    #[test]
    fn a_ratio_says_how_many_times_better() {
        let cost = Row { yardstick: Some(30.0), ..Row::new("a", "µs", 10.0) };
        assert_eq!(cost.ratio(), Some(3.0));
        assert_eq!(Row::rate("b", "MB/s", 30.0, 10.0).ratio(), Some(3.0));
    }

    #[test]
    fn figures_are_short() {
        for (figure, want) in [(1.234, "1.23"), (12.34, "12.3"), (123.4, "123")] {
            assert_eq!(short(figure), want);
        }
    }
}
