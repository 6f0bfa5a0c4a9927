//! Why: the same decision, with every statement of every gate looked at.
//!
//! A decision stops at what decides. An explanation looks at all gates, says what each did, which others would still
//! deny, which statements came nearest, and what the least statement is that would help.

mod fix;
mod miss;
mod recorder;
#[cfg(test)]
mod tests;

pub use fix::Fix;
pub use miss::{Miss, Part};

use crate::compile::{PolicySet, Source, Statement};
use crate::context::Context;
use crate::decide::{
    Decision, Denial, Facts, Gate, Live, Matched, PolicyRule, Reach, Request, Verdict, conclude,
};
use crate::document::{Document, Effect};
use recorder::Recorder;
use std::collections::{BTreeSet, VecDeque};

/// A decision and its reasons.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    /// The decision.
    pub decision: Decision<'a>,
    /// What each gate that applies did, in the order of the decision; of an organization's one entry per level.
    pub checks: Vec<Check<'a>>,
    /// All that denies, first the one the decision names: what would come next, were it lifted.
    pub blocking: Vec<Denial<'a>>,
    /// Statements of the deciding gate that would have allowed, the nearest first. Empty if a statement denies.
    pub nearest: Vec<Miss<'a>>,
    /// What would lift each of the blocking gates, in the same order.
    pub fixes: Vec<Fix>,
    /// Keys the request does not have, asked for by statements that are about its action and resource; sorted, each
    /// as a policy writes it.
    pub missing_keys: Vec<String>,
}

/// What one gate did.
#[derive(Clone, Debug)]
pub struct Check<'a> {
    /// Which.
    pub gate: Gate,
    /// The level, from the root; 0 for gates without levels.
    pub level: usize,
    /// What it did.
    pub outcome: Outcome,
    /// The statements that did it: those that deny, else those that allow.
    pub matched: Vec<Matched<'a>>,
}

/// What a gate can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A statement allows.
    Allow,
    /// Nothing is about the request, nor has to be.
    NoImpact,
    /// No statement allows, and one has to.
    ImplicitDeny,
    /// A statement denies.
    ExplicitDeny,
}

/// What one statement said.
#[derive(Clone, Debug)]
pub(crate) struct Record<'a> {
    gate: Gate,
    level: usize,
    matched: Matched<'a>,
    reach: Option<Reach>,
    parts: usize,
    missed: Vec<miss::Missed>,
}

/// Decides, and says why.
pub fn explain<'a, C: Context + ?Sized>(request: &Request<'a, C>) -> Explanation<'a> {
    let mut live = Live::new(request, Recorder::default());
    let verdicts = Gate::ALL.map(|gate| {
        live.denied(gate);
        live.allowed(gate)
    });
    let sets = Gate::ALL.map(|gate| live.sets(gate));
    let (notes, missing_keys) = live.tracer.finish();
    let records = records(&sets, notes);

    let mut known = Known::new(verdicts, &sets, &records);
    let decision = conclude(request.caller, request.action, request.resource, &mut known);
    let mut blocking = Vec::new();
    // It ends: each turn takes away one of finitely many denials.
    while let Decision::Deny(denial) = conclude(request.caller, request.action, request.resource, &mut known)
    {
        known.lift(&denial, fix::reach(request));
        blocking.push(denial);
    }
    let fixes = blocking.iter().map(|denial| fix::of(denial, request)).collect();
    let nearest = match decision {
        Decision::Deny(Denial { gate, level, by: None }) => miss::nearest(&records, gate, level, request),
        Decision::Deny(_) | Decision::Allow => Vec::new(),
    };
    let checks = checks(&sets, &records, request, &blocking);
    Explanation { decision, checks, blocking, nearest, fixes, missing_keys }
}

/// All keys that a policy's conditions and variables name, sorted, as it writes them.
pub fn context_keys(document: &Document) -> Vec<String> {
    let policy = crate::compile::Policy::compile(
        document,
        crate::compile::Kind::Identity,
        &crate::compile::no_unique_ids,
    );
    let mut keys: Vec<_> = policy.statements().iter().flat_map(Statement::keys).collect();
    keys.sort_by(|one, other| one.name().cmp(other.name()));
    keys.dedup_by(|one, other| one.name() == other.name());
    keys.into_iter().map(|key| key.written().to_owned()).collect()
}

/// The sets of all gates.
type Sets<'a> = [&'a [PolicySet]; 7];

/// What all gates said, so that one may be lifted and the rest asked again.
struct Known<'a> {
    /// All statements that deny, by gate.
    denied: [VecDeque<(usize, Matched<'a>)>; 7],
    /// All levels without a statement that allows, by gate.
    failing: [VecDeque<usize>; 7],
    verdicts: [Verdict; 7],
}

impl<'a> Known<'a> {
    fn new(verdicts: [Verdict; 7], sets: &Sets<'a>, records: &[Record<'a>]) -> Self {
        let matches = |record: &&Record<'a>, gate: Gate, effect: Effect| {
            record.gate == gate && record.reach.is_some() && record.matched.statement.effect() == effect
        };
        let denied = Gate::ALL.map(|gate| {
            let denies = records.iter().filter(|record| matches(record, gate, Effect::Deny));
            denies.map(|record| (record.level, record.matched)).collect()
        });
        let failing = Gate::ALL.map(|gate| match verdicts[gate as usize] {
            Verdict::Absent | Verdict::Allows(_) => VecDeque::new(),
            Verdict::Fails(level) if gate == Gate::Resource => [level].into(),
            Verdict::Fails(_) => {
                let allows: BTreeSet<usize> = records
                    .iter()
                    .filter(|record| matches(record, gate, Effect::Allow))
                    .map(|record| record.level)
                    .collect();
                (0..sets[gate as usize].len()).filter(|level| !allows.contains(level)).collect()
            }
        });
        Self { denied, failing, verdicts }
    }

    /// As if the gate did not deny this way: the statement is gone, or one allows that reaches so far.
    fn lift(&mut self, denial: &Denial<'a>, reach: Reach) {
        let gate = denial.gate as usize;
        match denial.by {
            Some(_) => {
                self.denied[gate].pop_front();
            }
            None => {
                self.failing[gate].pop_front();
                self.verdicts[gate] = match self.failing[gate].front() {
                    Some(level) => Verdict::Fails(*level),
                    None => Verdict::Allows(reach),
                };
            }
        }
    }
}

impl<'a> Facts<'a> for Known<'a> {
    fn denied(&mut self, gate: Gate) -> Option<(usize, Matched<'a>)> {
        self.denied[gate as usize].front().copied()
    }

    fn allowed(&mut self, gate: Gate) -> Verdict {
        self.verdicts[gate as usize]
    }
}

/// The recorder hears statements in the order of their sets; here it is told which they were.
fn records<'a>(sets: &Sets<'a>, notes: Vec<recorder::Note>) -> Vec<Record<'a>> {
    let mut notes = notes.into_iter().peekable();
    let mut records = Vec::new();
    while let Some(first) = notes.peek() {
        let (gate, level, effect) = (first.gate, first.level, first.effect);
        for (attached, statement) in sets[gate as usize][level].all(effect) {
            let Some(note) = notes.next() else { break };
            records.push(Record {
                gate,
                level,
                matched: Matched { source: &attached.source, statement },
                reach: note.reach,
                parts: note.parts,
                missed: note.missed,
            });
        }
    }
    records
}

fn checks<'a, C: Context + ?Sized>(
    sets: &Sets<'a>,
    records: &[Record<'a>],
    request: &Request<'a, C>,
    blocking: &[Denial<'a>],
) -> Vec<Check<'a>> {
    let mut checks = Vec::new();
    for gate in Gate::ALL {
        for level in 0..sets[gate as usize].len() {
            let matched = |effect| {
                let of = records.iter().filter(move |record| {
                    (record.gate, record.level) == (gate, level)
                        && record.reach.is_some()
                        && record.matched.statement.effect() == effect
                });
                of.map(|record| record.matched).collect::<Vec<_>>()
            };
            let (denies, allows) = (matched(Effect::Deny), matched(Effect::Allow));
            let lacks = blocking
                .iter()
                .any(|denial| denial.by.is_none() && denial.gate == gate && denial.level == level);
            let grants = gate != Gate::Resource || request.resource.rule != PolicyRule::OnlyDenies;
            let (outcome, matched) = match (denies.is_empty(), allows.is_empty()) {
                (false, _) => (Outcome::ExplicitDeny, denies),
                (true, false) if grants => (Outcome::Allow, allows),
                (true, _) if lacks => (Outcome::ImplicitDeny, Vec::new()),
                (true, _) => (Outcome::NoImpact, Vec::new()),
            };
            checks.push(Check { gate, level, outcome, matched });
        }
        // What is not there cannot allow.
        if sets[gate as usize].is_empty() && blocking.iter().any(|denial| denial.gate == gate) {
            checks.push(Check { gate, level: 0, outcome: Outcome::ImplicitDeny, matched: Vec::new() });
        }
    }
    checks
}

impl Matched<'_> {
    /// How people find it: `policy NAME, statement Sid at 3:5`.
    pub fn place(&self) -> String {
        let Source { name, .. } = self.source;
        let which = match self.statement.sid() {
            Some(sid) => sid.to_owned(),
            None => format!("#{}", self.statement.index() + 1),
        };
        format!("policy {name}, statement {which} at {}", self.statement.start())
    }
}

/// Keys named once, whatever their letter case.
fn once(keys: BTreeSet<(String, String)>) -> Vec<String> {
    let mut names: Vec<(String, String)> = keys.into_iter().collect();
    names.dedup_by(|one, other| one.0 == other.0);
    names.into_iter().map(|(_, written)| written).collect()
}
