//! How a fleet comes to its capacity, and how it goes.

use super::history::{self, Told, What};
use super::model::{Fault, Fleet, FleetType, Group, Sort, State};
use super::pool::{Eyes, Pool, Refused, ask_for_launch, pools};
use super::share::{Choice, share};
use crate::Compute;
use crate::error::Error;
use crate::image;
use crate::instance::{self, Behalf, Instance, Order};
use base::{Scope, Timestamp};
use ec2_resource::event::Changed;
use ec2_resource::resource::{self, Resource};
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::sync::Arc;
use store::{Job, JobError, StoreError, Tx, View};

/// How long AWS shows a new fleet as `submitted`, and one that changes as `modifying`, in milliseconds.
pub(super) const SETTLING_MILLIS: u32 = 3_000;
/// When what could not be launched is tried again.
const RETRY_MILLIS: i64 = 60_000;
/// How long a fleet is shown after its end: two days.
const SHOWN_MILLIS: i64 = 172_800_000;
/// How often one fulfilment is begun anew, because the state had changed or a pool had failed.
const ROUNDS: usize = 200;

/// What one transaction launches.
struct Step {
    order: Order,
    offer: usize,
    instance_type: &'static str,
    is_spot: bool,
}

/// What is to be launched now.
struct Round {
    steps: Vec<Step>,
    /// The state that it was thought out for.
    running: usize,
}

/// Why a transaction was not made.
enum Stop {
    Failed(usize, Error),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Pools that failed, and why.
#[derive(Default)]
struct Failures {
    faults: Vec<Fault>,
}

impl Failures {
    fn has(&self, pool: &Pool, is_spot: bool) -> bool {
        self.faults.iter().any(|fault| {
            fault.offer == pool.offer
                && fault.is_spot == is_spot
                && fault.instance_type.as_deref().is_none_or(|name| name == pool.instance_type)
        })
    }

    fn add(&mut self, refused: Refused, is_spot: bool) {
        let (code, sentence) = refused.error.words();
        let Refused { offer, instance_type, .. } = refused;
        let is_known = self.faults.iter().any(|known| {
            known.offer == offer && known.is_spot == is_spot && known.instance_type == instance_type
        });
        if !is_known {
            self.faults.push(Fault { offer, instance_type, is_spot, code, sentence });
        }
    }
}

/// Launches what a fleet misses, as far as that can be launched. Each round is one transaction; a pool that fails is left
/// out of the next one.
pub(crate) fn fulfil<S: Sort>(cx: &Cx, svc: &Compute, id: &str) -> Result<(), StoreError> {
    let key = resource::key(cx.scope(), id);
    let mut failures = Failures::default();
    for _ in 0..ROUNDS {
        let Some(own) = cx.read(|view| view.get::<Fleet<S>>(&key)).filter(|own| own.works()) else { break };
        let known = failures.faults.len();
        let round = cx.read(|view| round(cx, svc, view, &own, &mut failures));
        if round.steps.is_empty() {
            // What failed only now leaves something to be thought out again.
            if failures.faults.len() > known {
                continue;
            }
            break;
        }
        match cx.write(|tx| carry_out::<S>(cx, svc, tx, &key, &round)) {
            Ok(()) => {}
            Err(Stop::Store(error)) => return Err(error),
            Err(Stop::Failed(index, error)) => {
                let step = &round.steps[index];
                let instance_type = Some(step.instance_type.to_owned());
                failures.add(Refused { offer: step.offer, instance_type, error }, step.is_spot);
            }
        }
    }
    let Some(own) = cx.read(|view| view.get::<Fleet<S>>(&key)) else { return Ok(()) };
    if failures.faults.is_empty() && own.faults.is_empty() && own.kind != FleetType::Instant {
        return Ok(());
    }
    cx.write(|tx| {
        settle::<S>(tx, &key, &failures.faults);
        Ok(())
    })
}

fn round<S: Sort>(cx: &Cx, svc: &Compute, view: &View, own: &Fleet<S>, failures: &mut Failures) -> Round {
    let missing = own.missing(view);
    let eyes = Eyes { viewer: image::viewer(cx, svc), now: cx.now() };
    let mut steps = Vec::new();
    for (market, is_spot) in [(0, false), (1, true)] {
        if missing[market] <= 0.0 {
            continue;
        }
        let (found, refused) = pools(view, &own.plan, is_spot, &eyes);
        refused.into_iter().for_each(|refused| failures.add(refused, is_spot));
        let mut found: Vec<Pool> = found.into_iter().filter(|pool| !failures.has(pool, is_spot)).collect();
        keep_together(own, market, &mut found);
        let choices: Vec<Choice> = found.iter().map(|pool| pool.choice).collect();
        for (index, count) in share(&choices, own.way(market), missing[market]) {
            let pool = &found[index];
            let (mut input, origin) = pool.launch.clone();
            input.max_count = i32::try_from(count).ok();
            let behalf = Behalf { fleet: Some((S::TAG, own.id.clone())), ..Behalf::default() };
            // One that lasts was asked for when it was made.
            let asked = match own.kind {
                FleetType::Instant => ask_for_launch(cx, &own.plan, pool),
                FleetType::Maintain | FleetType::Request => Ok(()),
            };
            let order =
                asked.and_then(|()| instance::order_of(cx, svc, (input, origin), String::new(), behalf));
            match order {
                Ok(order) => {
                    steps.push(Step { order, offer: pool.offer, instance_type: pool.instance_type, is_spot })
                }
                Err(error) => {
                    let instance_type = Some(pool.instance_type.to_owned());
                    failures.add(Refused { offer: pool.offer, instance_type, error }, is_spot);
                }
            }
        }
    }
    Round { steps, running: own.instances(view).len() }
}

/// Leaves a fleet that is to be of one type, or in one zone, the pools that go with the one it begins with; one that has
/// begun goes on from its own.
fn keep_together<S: Sort>(own: &Fleet<S>, market: usize, pools: &mut Vec<Pool>) {
    let (by_type, by_place) = (own.plan.single_type[market], own.plan.single_zone[market]);
    if !by_type && !by_place {
        return;
    }
    if let Some(group) = own.groups.iter().find(|group| group.is_spot == (market == 1)) {
        pools.retain(|pool| pool.offer == group.offer && pool.instance_type == group.instance_type);
        return;
    }
    let choices: Vec<Choice> = pools.iter().map(|pool| pool.choice).collect();
    let Some((first, _)) = share(&choices, own.way(market), 1.0).first().copied() else { return };
    let (name, place) = (pools[first].instance_type, pools[first].place.clone());
    pools.retain(|pool| (!by_type || pool.instance_type == name) && (!by_place || pool.place == place));
}

fn carry_out<S: Sort>(cx: &Cx, svc: &Compute, tx: &mut Tx, key: &str, round: &Round) -> Result<(), Stop> {
    let Some(found) = tx.get::<Fleet<S>>(key).filter(|own| own.works()) else { return Ok(()) };
    // Somebody was faster: the next round looks again.
    if found.instances(tx).len() != round.running {
        return Ok(());
    }
    let mut own = (*found).clone();
    for (index, step) in round.steps.iter().enumerate() {
        let made = instance::carry_out(cx, svc, tx, &step.order).map_err(|error| match error {
            Error::Store(error) => Stop::Store(error),
            error => Stop::Failed(index, error),
        })?;
        let units = own.weight(step.instance_type);
        for instance in &made {
            own.launched[usize::from(step.is_spot)] += units;
            note_launch(tx, &own, instance);
        }
        if own.kind == FleetType::Instant {
            group(&mut own, step, &made);
        }
    }
    tx.put(own);
    Ok(())
}

fn note_launch<S: Sort>(tx: &mut Tx, own: &Fleet<S>, instance: &Instance) {
    let description = serde_json::json!({
        "instanceType": instance.instance_type,
        "image": instance.image.id,
        "productDescription": instance.image.platform_details,
        "availabilityZone": instance.zone.name,
    });
    let told = Told { description: Some(description.to_string()), instance: Some(instance.id.to_string()) };
    history::note(tx, (&own.scope, &own.id), What::Instance, "launched", told);
}

fn group<S: Sort>(own: &mut Fleet<S>, step: &Step, made: &[Arc<Instance>]) {
    for instance in made {
        let id = instance.id.to_string();
        let known = own.groups.iter_mut().find(|group| {
            group.offer == step.offer
                && group.is_spot == step.is_spot
                && group.instance_type == instance.instance_type
                && group.subnet == instance.subnet
        });
        match known {
            Some(group) => group.instances.push(id),
            None => own.groups.push(Group {
                offer: step.offer,
                instance_type: instance.instance_type.clone(),
                is_spot: step.is_spot,
                platform: instance.image.platform.clone(),
                zone: instance.zone.clone(),
                subnet: instance.subnet.clone(),
                instances: vec![id],
            }),
        }
    }
}

/// Writes down how a fulfilment went. What is missing is tried again, but for what launches only once.
fn settle<S: Sort>(tx: &mut Tx, key: &str, faults: &[Fault]) {
    let Some(found) = tx.get::<Fleet<S>>(key) else { return };
    let missing = found.missing(tx).iter().any(|units| *units > 0.0);
    let same = |one: &Fault, other: &Fault| one.code == other.code && one.offer == other.offer;
    let is_news = faults.len() != found.faults.len()
        || faults.iter().zip(&found.faults).any(|(one, other)| !same(one, other));
    let is_instant = found.kind == FleetType::Instant;
    let now = tx.now();
    let retries = found.works() && missing && !is_instant && found.retries_at.is_none_or(|at| at <= now);
    if !is_news && !is_instant && !retries {
        return;
    }
    let mut own = (*found).clone();
    if retries {
        let retry_at = now.plus_millis(RETRY_MILLIS);
        own.retries_at = Some(retry_at);
        tx.at(retry_at, &Due::<S>::of(&own));
    }
    if !is_news && !is_instant {
        tx.put(own);
        return;
    }
    for fault in faults {
        let told = Told { description: Some(fault.sentence.clone()), instance: None };
        let kind = "spotFleetRequestConfigurationInvalid";
        history::note(tx, (&own.scope, &own.id), What::Error, kind, told);
    }
    own.faults = faults.to_vec();
    if is_instant {
        own.has_begun = false;
        give_up(tx, &mut own);
    }
    tx.put(own);
}

/// A fleet of type instant that has less than the least of a market keeps nothing of it.
fn give_up<S: Sort>(tx: &mut Tx, own: &mut Fleet<S>) {
    for market in [0, 1] {
        if own.launched[market] >= f64::from(own.plan.least[market]) {
            continue;
        }
        let is_spot = market == 1;
        for instance in own.instances(tx).iter().filter(|on| on.options.lifecycle.is_some() == is_spot) {
            instance::begin_end(tx, (**instance).clone());
        }
        own.groups.retain(|group| group.is_spot != is_spot);
        own.launched[market] = 0.0;
    }
}

/// Ends instances that a fleet has too many of, the youngest first.
pub(super) fn shrink<S: Sort>(tx: &mut Tx, own: &Fleet<S>) {
    let running = own.fulfilled(tx);
    for market in [0, 1] {
        let mut excess = running[market] - f64::from(own.plan.target[market]);
        for instance in own.instances(tx).iter().rev() {
            let weight = own.weight(&instance.instance_type);
            if usize::from(instance.options.lifecycle.is_some()) == market && weight <= excess {
                excess -= weight;
                instance::begin_end(tx, (**instance).clone());
            }
        }
    }
}

/// Ends a fleet, with its instances or without.
pub(super) fn end<S: Sort>(tx: &mut Tx, mut own: Fleet<S>, terminates: bool) {
    own.state = State::Ended { terminates };
    if terminates {
        for instance in own.instances(tx) {
            instance::begin_end(tx, (*instance).clone());
        }
    }
    let word = own.word(tx);
    history::note(tx, (&own.scope, &own.id), What::Fleet, word, Told::default());
    let forgotten_at = tx.now().plus_millis(SHOWN_MILLIS);
    tx.at(forgotten_at, &Forget::<S>(own.scope.clone(), own.id.clone(), PhantomData));
    tx.emit(&Changed { kind: "FleetEnded", resource: own.arn() });
    tx.put(own);
}

/// A fleet begins, is as it was asked to be, or tries again what failed.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Due<S> {
    scope: Scope,
    id: String,
    #[serde(skip)]
    sort: PhantomData<S>,
}

impl<S: Sort> Due<S> {
    pub(super) fn of(own: &Fleet<S>) -> Self {
        Self { scope: own.scope.clone(), id: own.id.clone(), sort: PhantomData }
    }
}

impl<S: Sort> Job for Due<S> {
    const KIND: &'static str = S::DUE;

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, &self.id);
        let Some(found) = tx.get::<Fleet<S>>(&key) else { return Ok(()) };
        let mut own = (*found).clone();
        match own.state {
            State::Ended { .. } => return Ok(()),
            State::Submitted | State::Modifying => {
                own.state = State::Active;
                own.has_begun = true;
                history::note(tx, (&own.scope, &own.id), What::Fleet, "active", Told::default());
            }
            State::Active => {}
        }
        tx.emit(&Changed { kind: "FleetDue", resource: own.arn() });
        tx.put(own);
        Ok(())
    }
}

/// The time of a fleet is over.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Expire<S>(Scope, String, #[serde(skip)] PhantomData<S>);

impl<S: Sort> Expire<S> {
    pub(super) fn of(own: &Fleet<S>) -> Self {
        Self(own.scope.clone(), own.id.clone(), PhantomData)
    }
}

impl<S: Sort> Job for Expire<S> {
    const KIND: &'static str = S::EXPIRE;

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Fleet<S>>(&resource::key(&self.0, &self.1));
        let is_alive = |own: &Arc<Fleet<S>>| !matches!(own.state, State::Ended { .. });
        if let Some(own) = found.filter(is_alive) {
            end(tx, (*own).clone(), own.plan.ends_with_instances);
        }
        Ok(())
    }
}

/// A fleet that has ended is shown no more.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Forget<S>(Scope, String, #[serde(skip)] PhantomData<S>);

impl<S: Sort> Job for Forget<S> {
    const KIND: &'static str = S::FORGET;

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        tx.delete::<Fleet<S>>(&resource::key(&self.0, &self.1));
        history::forget(tx, &self.0, &self.1);
        Ok(())
    }
}

/// Keeps a new fleet, and sees to its time.
pub(super) fn begin<S: Sort>(tx: &mut Tx, own: Fleet<S>, valid_from: Option<Timestamp>) {
    history::note(tx, (&own.scope, &own.id), What::Fleet, "submitted", Told::default());
    tx.emit(&Changed { kind: "FleetCreated", resource: own.arn() });
    match valid_from.filter(|from| *from > tx.now()) {
        Some(from) => tx.at(from, &Due::of(&own)),
        None if own.kind == FleetType::Instant => {}
        None => tx.after(SETTLING_MILLIS, Due::of(&own)),
    }
    if let Some(until) = own.plan.valid_until {
        tx.at(until, &Expire::of(&own));
    }
    tx.put(own);
}

/// Writes down that an instance of a fleet ends.
pub(crate) fn note_end(tx: &mut Tx, own: &Instance) {
    let Some(fleet) = &own.ties.fleet else { return };
    let told = Told { description: None, instance: Some(own.id.to_string()) };
    history::note(tx, (&own.scope, fleet), What::Instance, "terminated", told);
}
