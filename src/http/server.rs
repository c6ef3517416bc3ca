//! The thread that the console runs on.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use axum_server::Handle;
use axum_server::accept::{Accept, DefaultAcceptor};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::ServerConfig;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

use super::events::Pulse;
use super::once::UnderWay;
use super::{App, service};
use crate::config::Console as Settings;
use crate::desk::Counter;
use crate::trust::{self, Unusable};

/// The most connections at the same time; a further one is closed at once. Live pages hold one each.
const CONNECTIONS_MAX: usize = 2_500;
/// How long the head of a request may take.
const HEAD_MAX: Duration = Duration::from_secs(15);
/// Handshakes of TLS that take longer are given up.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// How long open requests may go on when the station ends.
const FAREWELL_MAX: Duration = Duration::from_secs(2);
/// How much the thread yields to those of the station: the kernel's niceness.
const NICENESS: i32 = 5;
/// The most threads that hash passwords, read files or set pages at the same time.
const BLOCKING_MAX: usize = 8;
/// One that has nothing to do goes after so long.
const BLOCKING_IDLE: Duration = Duration::from_secs(10);

/// Why the console does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The address cannot be had.
    #[error("the console cannot listen at {address}; choose another `console.listen`, or stop what listens there")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The certificate or its key will not do.
    #[error(
        "the console cannot speak TLS; give PEM files of a certificate and its key in `console.tls_certificate` and `console.tls_key`"
    )]
    Certificate(#[source] Unusable),
    /// The system gives no thread or no runtime.
    #[error("the system gives the console no thread")]
    Thread(#[source] io::Error),
}

/// A console that listens. Ends when it is closed or dropped.
#[derive(Debug)]
pub struct Console {
    address: SocketAddr,
    tls: bool,
    handle: Handle<SocketAddr>,
    thread: Option<JoinHandle<()>>,
}

impl Console {
    /// Listens; none if the configuration wants no console.
    ///
    /// # Errors
    /// The address or the certificate cannot be used.
    pub fn start(settings: &Settings, counter: Arc<Counter>) -> Result<Option<Self>, ConsoleError> {
        let Some(address) = settings.listen else { return Ok(None) };
        let listen = |source| ConsoleError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let tls = settings.tls.as_ref().map(|files| trust::shown(&files.certificate, &files.key));
        let tls = tls.transpose().map_err(ConsoleError::Certificate)?;
        let app = App {
            desk: counter.desk(),
            counter,
            pulse: Pulse::new(settings.live_pages_max),
            under_way: UnderWay::default(),
        };
        let handle = Handle::new();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(BLOCKING_MAX)
            .thread_keep_alive(BLOCKING_IDLE)
            .thread_name("loa-console")
            .build()
            .map_err(ConsoleError::Thread)?;
        let serving = handle.clone();
        let thread = std::thread::Builder::new().name("loa-console".to_owned()).spawn(move || {
            if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
                tracing::debug!(%error, "the console runs at the station's own priority");
            }
            if let Err(error) = runtime.block_on(serve(app, listener, tls, serving)) {
                tracing::error!(%error, "the console ended; the station goes on");
            }
        });
        Ok(Some(Self {
            address,
            tls: settings.tls.is_some(),
            handle,
            thread: Some(thread.map_err(ConsoleError::Thread)?),
        }))
    }

    /// Where it is, as one types it into a browser on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Ends it; open requests get a moment. Waits for its thread, so call it where waiting is right.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.handle.graceful_shutdown(Some(FAREWELL_MAX));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the console broke");
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.end();
    }
}

async fn serve(
    app: App,
    listener: TcpListener,
    tls: Option<ServerConfig>,
    handle: Handle<SocketAddr>,
) -> io::Result<()> {
    let (pulse, counter) = (app.pulse.clone(), Arc::clone(&app.counter));
    let service = service(app).into_make_service_with_connect_info::<SocketAddr>();
    let seats = Seats { seats: Arc::new(Semaphore::new(CONNECTIONS_MAX)) };
    let mut server = axum_server::from_tcp(listener)?.handle(handle).http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD_MAX);
    let served = async {
        match tls {
            Some(tls) => {
                let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(Arc::new(tls)));
                let acceptor = acceptor.handshake_timeout(HANDSHAKE_MAX).acceptor(seats);
                server.acceptor(acceptor).serve(service).await
            }
            None => server.acceptor(seats).serve(service).await,
        }
    };
    tokio::select! {
        served = served => served,
        () = pulse.beat(&counter) => Ok(()),
    }
}

/// Takes a connection if there is a seat for it.
#[derive(Debug, Clone)]
struct Seats {
    seats: Arc<Semaphore>,
}

impl<I, S> Accept<I, S> for Seats
where
    DefaultAcceptor: Accept<I, S, Stream = I, Service = S>,
{
    type Stream = I;
    type Service = Seated<S>;
    type Future = std::future::Ready<io::Result<(I, Seated<S>)>>;

    fn accept(&self, stream: I, inner: S) -> Self::Future {
        let seat = Arc::clone(&self.seats).try_acquire_owned();
        std::future::ready(match seat {
            Ok(seat) => Ok((stream, Seated { inner, _seat: Arc::new(seat) })),
            Err(_) => {
                tracing::warn!(most = CONNECTIONS_MAX, "a connection to the console was turned away: too many");
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        })
    }
}

/// What answers on a connection that has a seat.
#[derive(Debug, Clone)]
struct Seated<S> {
    inner: S,
    _seat: Arc<OwnedSemaphorePermit>,
}

impl<S: Service<R>, R> Service<R> for Seated<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.inner.call(request)
    }
}
