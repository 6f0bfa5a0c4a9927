//! Decisions of the policy engine, measured in a process of its own: `crates/policy/examples/cost.rs`.

use super::report::Row;
use crate::run::cargo;
use anyhow::{Context, Result, bail};

/// Figures that have a budget: specification, chapter IAM, section 9.3, and issue 5.
const BUDGETS: [(&str, f64); 4] = [
    ("administrator", 150.0),
    ("1 policy, allowed", 300.0),
    ("10 policies, allowed", 1_000.0),
    // 10,000 of them in 200 MiB.
    ("a role of 10 policies, KiB", 20.48),
];

/// Builds and runs the example, and reads its figures.
pub(crate) fn measure() -> Result<Vec<Row>> {
    eprintln!("== decisions");
    let mut example = cargo(&["run", "--release", "--package", "policy", "--example", "cost", "--locked"]);
    let output = example.stderr(std::process::Stdio::inherit()).output().context("cargo")?;
    if !output.status.success() {
        bail!("the example ended with {}", output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    text.lines().map(row).collect()
}

fn row(line: &str) -> Result<Row> {
    let (name, figure) = line.split_once('\t').with_context(|| format!("no figure: {line}"))?;
    let unit = if name.ends_with("KiB") { "KiB" } else { "ns CPU" };
    let row = Row::new(name, unit, figure.parse().with_context(|| line.to_owned())?);
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
            [("administrator\t30", 30.0, Some(150.0)), ("10 policies, explained\t7000", 7_000.0, None)]
        {
            let row = row(line).unwrap();
            assert_eq!((row.measured, row.budget), (measured, budget), "{line}");
        }
        assert!(row("administrator 30").is_err());
        assert!(row("administrator\tfast").is_err());
    }
}
