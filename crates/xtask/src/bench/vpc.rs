//! Verdicts of the engine that judges packets, and pictures of networks, each measured in a process of its own
//! (`crates/reach/examples/verdicts.rs`, `crates/net-map/examples/pictures.rs`).

use super::iam::example;
use super::report::Row;
use anyhow::{Context, Result};

/// Figures that have a budget, in nanoseconds: 2 million verdicts a second, 10 million that are kept, and 50 ms for a
/// picture. Source: issue 6.
const BUDGETS: [(&str, f64); 3] =
    [("verdict, uncached", 500.0), ("verdict, cached", 100.0), ("picture of 200 resources", 50e6)];

/// Builds and runs the examples, and reads their figures.
pub(crate) fn measure() -> Result<Vec<Row>> {
    eprintln!("== verdicts and pictures");
    let figures = example("reach", "verdicts")? + &example("net-map", "pictures")?;
    figures.lines().map(row).collect()
}

fn row(line: &str) -> Result<Row> {
    let (name, figure) = line.split_once('\t').with_context(|| format!("no figure: {line}"))?;
    let row = Row::new(name, "ns", figure.parse().with_context(|| line.to_owned())?);
    let budget = BUDGETS.iter().find(|(budgeted, _)| *budgeted == name);
    Ok(match budget {
        Some((_, most)) => row.within(*most),
        None => row,
    })
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn figures_are_held_against_their_budget() {
        for (line, measured, budget) in
            [("verdict, cached\t30", 30.0, Some(100.0)), ("verdict with its trace\t700", 700.0, None)]
        {
            let row = row(line).unwrap();
            assert_eq!((row.measured, row.budget), (measured, budget), "{line}");
        }
        assert!(row("verdict 30").is_err());
        assert!(row("verdict\tfast").is_err());
    }
}
