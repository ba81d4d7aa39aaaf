//! Connections that break on demand: at once, or in the middle of a body.

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use axum::serve::Listener;
use std::io;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// How a connection is told to break.
#[derive(Clone, Debug)]
pub(crate) struct Breaker(Arc<AtomicUsize>);

const WHOLE: usize = usize::MAX;
const RESET: usize = usize::MAX - 1;

impl Breaker {
    /// Nothing is answered, and the other side sees a reset.
    pub(crate) fn reset(&self) {
        self.0.store(RESET, Ordering::SeqCst);
    }

    /// The connection ends after so many bytes of the body.
    pub(crate) fn end_after(&self, n_bytes: usize) {
        self.0.store(n_bytes.min(RESET - 1), Ordering::SeqCst);
    }
}

/// Listens, and accepts connections that can break.
#[derive(Debug)]
pub(crate) struct Listening(pub TcpListener);

/// A connection that can break.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    breaker: Breaker,
    /// Bytes still written before the end, once the head went out.
    left: Option<usize>,
}

impl Listener for Listening {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            if let Ok((stream, address)) = self.0.accept().await {
                // Without it small answers wait for each other; a connection that refuses is as good.
                stream.set_nodelay(true).unwrap_or_default();
                let breaker = Breaker(Arc::new(AtomicUsize::new(WHOLE)));
                return (Connection { stream, breaker, left: None }, address);
            }
            // Too many open files, most likely: they become fewer.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Listening>> for Breaker {
    fn connect_info(stream: IncomingStream<'_, Listening>) -> Self {
        stream.io().breaker.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, to)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let n_allowed = match self.breaker.0.load(Ordering::SeqCst) {
            WHOLE => bytes.len(),
            RESET => {
                // Closing with no linger is what makes it a reset and no orderly end.
                self.stream.set_zero_linger().unwrap_or_default();
                return Poll::Ready(Err(broken()));
            }
            n_body => {
                let left = *self.left.get_or_insert_with(|| head(bytes).saturating_add(n_body));
                if left == 0 {
                    return Poll::Ready(Err(broken()));
                }
                left.min(bytes.len())
            }
        };
        let allowed = bytes.get(..n_allowed).unwrap_or(bytes);
        let written = Pin::new(&mut self.stream).poll_write(context, allowed);
        if let (Poll::Ready(Ok(n_written)), Some(left)) = (&written, &mut self.left) {
            *left = left.saturating_sub(*n_written);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Where the body begins: head and body are handed over together.
fn head(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |at| at + 4)
}

fn broken() -> io::Error {
    io::Error::new(ErrorKind::ConnectionReset, "broken on demand")
}
