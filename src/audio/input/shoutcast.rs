//! Old Shoutcast servers answer `ICY 200 OK` where HTTP says `HTTP/1.0 200 OK`: a layer below HTTP puts that right.

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, LazyBuffers, NextTimeout, RustlsConnector,
    TcpConnector, Transport,
};

/// What they say, and what they mean.
const SAID: &[u8] = b"ICY ";
const MEANT: &[u8] = b"HTTP/1.0 ";

/// TCP, TLS where the address asks for it, and the layer on top.
pub(super) fn connector() -> impl Connector {
    ().chain(ConnectProxyConnector::default())
        .chain(TcpConnector::default())
        .chain(RustlsConnector::default())
        .chain(Layer)
}

#[derive(Debug)]
struct Layer;

impl<In: Transport> Connector<In> for Layer {
    type Out = Spoken<In>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let (input, output) = (details.config.input_buffer_size(), details.config.output_buffer_size());
        let spoken = |inner| Spoken { inner, buffers: LazyBuffers::new(input + MEANT.len(), output), head: true };
        Ok(chained.map(spoken))
    }
}

#[derive(Debug)]
struct Spoken<In> {
    inner: In,
    buffers: LazyBuffers,
    /// Nothing has come yet.
    head: bool,
}

impl<In: Transport> Transport for Spoken<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let output = &self.buffers.output()[..amount];
        self.inner.buffers().output()[..amount].copy_from_slice(output);
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let more = self.inner.buffers().input().is_empty();
        if more && !self.inner.await_input(timeout)? {
            return Ok(false);
        }
        let input = self.inner.buffers().input();
        let mut target = self.buffers.input_append_buf();
        let mut said = 0;
        if self.head && input.starts_with(SAID) && target.len() > MEANT.len() {
            target[..MEANT.len()].copy_from_slice(MEANT);
            self.buffers.input_appended(MEANT.len());
            said = SAID.len();
            target = self.buffers.input_append_buf();
        }
        self.head = false;
        let amount = (input.len() - said).min(target.len());
        target[..amount].copy_from_slice(&input[said..said + amount]);
        self.buffers.input_appended(amount);
        self.inner.buffers().input_consume(said + amount);
        Ok(said + amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
