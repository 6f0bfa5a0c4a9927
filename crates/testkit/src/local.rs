//! Handlers in process.

use base::{AccountId, Clock, Ids, Pace, Region, Scope, Timestamp};
use blob::Blobs;
use bytes::Bytes;
use ports::{
    BodyIn, BodyOut, Caller, Cx, Handler, IamSwitch, Next, Operations, Registry, Request, StreamAnswer, World,
};
use shape::{Operation, Shape};
use std::any::Any;
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use store::Store;
use wire::{Fault, Head};

/// Noon of the first day of 2026: the time every in-process test starts at.
pub const START: Timestamp = Timestamp::from_millis(1_767_268_800_000);

/// A world in memory and the handlers of the services under test. Routing, signatures and validation are not part
/// of it: acceptance tests see to those.
pub struct Local {
    registry: Registry,
    world: Arc<World>,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Local {
    /// A world with what `install` registers, a stepped clock and seeded ids.
    pub fn new(install: impl FnOnce(&mut Registry)) -> Self {
        Self::with_blobs(install, |options| options)
    }

    /// The same with other limits of its byte store.
    pub fn with_blobs(
        install: impl FnOnce(&mut Registry),
        limit: impl FnOnce(blob::Options) -> blob::Options,
    ) -> Self {
        let mut registry = Registry::default();
        install(&mut registry);
        assert_eq!(registry.conflicts(), [""; 0], "two services claim the same operation");
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        let options = blob::Options::new(&folder.path().join("blobs")).sync(blob::Sync::None);
        let (blobs, _) = Blobs::open(limit(options)).expect("an empty folder opens");
        let world = World {
            name: "test".to_owned(),
            store: Store::memory(std::mem::take(&mut registry.tables), [7; 32]),
            blobs,
            clock: Clock::stepped(START),
            ids: Ids::seeded(1, "test"),
            pace: Pace::Immediate,
            iam: IamSwitch::default(),
            operations: Operations::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime needs nothing");
        Self { registry, world: Arc::new(world), runtime, _folder: folder }
    }

    /// What was registered.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The same, for what keeps it.
    pub fn shared_world(&self) -> Arc<World> {
        self.world.clone()
    }

    /// Moves the clock and runs what fell due.
    pub fn advance(&self, millis: u32) {
        let now = self.world.clock.advance(millis);
        self.world.store.run_due(now, self.world.pace).expect("due jobs succeed");
    }

    /// Runs every loop until none has anything left to do.
    pub fn settle(&self) {
        for work in &self.registry.loops {
            while self.wait(work.step(self.world.clone())).expect("a step succeeds") == Next::Again {}
        }
    }

    /// A context for `caller` in `region`.
    pub fn cx(&self, caller: Caller, region: &str) -> Cx {
        let region = Region::parse(region).expect("the test names a Region");
        let request = Request {
            scope: Scope::new(caller.account, region),
            caller,
            now: self.world.clock.now(),
            id: self.world.ids.uuid(),
            peer: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            head: Arc::new(Head::new(http::Method::POST, "/")),
        };
        Cx::new(self.world.clone(), request)
    }

    /// A context for somebody who did not sign, with a request of the test's own.
    pub fn visitor(&self, head: Head) -> Cx {
        let caller = Caller::anonymous();
        let request = Request {
            scope: Scope::new(caller.account, Region::us_east_1()),
            caller,
            now: self.world.clock.now(),
            id: self.world.ids.uuid(),
            peer: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            head: Arc::new(head),
        };
        Cx::new(self.world.clone(), request)
    }

    /// Waits for what is no operation.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The whole of an answer's body.
    pub fn bytes(&self, body: BodyOut) -> Bytes {
        self.wait(collect(body))
    }

    /// Calls an operation as root of the default account in us-east-1.
    pub fn call<O: Operation>(&self, input: O::Input) -> Result<O::Output, Fault> {
        self.call_with::<O>(&self.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1"), input)
    }

    /// Calls an operation in a context of the test's own.
    pub fn call_with<O: Operation>(&self, cx: &Cx, input: O::Input) -> Result<O::Output, Fault> {
        match self.handler::<O>() {
            Handler::Plain(plain) => {
                let output = plain(cx, Box::new(input));
                self.runtime.block_on(cx.durable()).expect("memory does not fail");
                output.map(unbox)
            }
            Handler::Stream(_) => self.stream_with::<O>(cx, input, &[]).map(|(answer, _)| answer.output),
        }
    }

    /// Calls a streaming operation; the answer's body comes collected.
    pub fn stream_with<O: Operation>(
        &self,
        cx: &Cx,
        input: O::Input,
        body: &[u8],
    ) -> Result<(StreamAnswer<O::Output>, Bytes), Fault> {
        let StreamAnswer { output, body, status } = self.unread::<O>(cx, input, body)?;
        let bytes = self.bytes(body);
        Ok((StreamAnswer { output, body: BodyOut::EMPTY, status }, bytes))
    }

    /// Calls a streaming operation; nothing of the answer's body has been read.
    pub fn unread<O: Operation>(
        &self,
        cx: &Cx,
        input: O::Input,
        body: &[u8],
    ) -> Result<StreamAnswer<O::Output>, Fault> {
        let Handler::Stream(stream) = self.handler::<O>() else { panic!("{} does not stream", O::META.name) };
        self.runtime.block_on(async {
            let answer = stream(cx.clone(), Box::new(input), body_of(body)).await;
            cx.durable().await.expect("memory does not fail");
            let StreamAnswer { output, body, status } = answer?;
            Ok(StreamAnswer { output: unbox(output), body, status })
        })
    }

    fn handler<O: Operation>(&self) -> &Handler {
        self.registry.handler(O::META).unwrap_or_else(|| panic!("nobody answers {}", O::META.name))
    }
}

/// A request body in two pieces, so that handlers meet a boundary.
fn body_of(bytes: &[u8]) -> BodyIn {
    let (left, right) = bytes.split_at(bytes.len() / 2);
    let pieces: Vec<Bytes> =
        [left, right].into_iter().filter(|piece| !piece.is_empty()).map(Bytes::copy_from_slice).collect();
    let stream = Pieces(pieces.into_iter());
    BodyIn::new(Box::pin(stream), Some(bytes.len() as u64), Arc::new(Mutex::new(Vec::new())))
}

struct Pieces(std::vec::IntoIter<Bytes>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, Fault>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next().map(Ok))
    }
}

async fn collect(body: BodyOut) -> Bytes {
    match body {
        BodyOut::Bytes(bytes) => bytes,
        BodyOut::Stream { length_bytes, mut stream } => {
            let mut all = Vec::new();
            while let Some(piece) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
                all.extend_from_slice(&piece.expect("the answer's body can be read"));
            }
            assert_eq!(all.len() as u64, length_bytes, "the body is as long as announced");
            all.into()
        }
    }
}

fn unbox<O: Shape>(output: Box<dyn Shape>) -> O {
    let any: Box<dyn Any> = output;
    *any.downcast::<O>().expect("the handler answers its operation's own output")
}
