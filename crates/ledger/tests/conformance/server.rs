//! A PostgreSQL server for the tests: made when the first one asks for it, gone when the process is.

use postgres::Client;
use postgres::NoTls;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// What may be in no error.
pub(crate) const PASSWORD: &str = "corr3ct-horse";
const USER: &str = "seller";

pub(crate) struct Server {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
    n_databases: u32,
}

/// None as long as nobody asked; why there is none once that is known.
static SERVER: Mutex<Option<Result<Server, String>>> = Mutex::new(None);

/// The server runs until nobody holds the other end of its standard input any more, however that comes about. A line
/// `away` there kills it, and a line `back` starts it again with what it had written; the machine never goes down, so nothing is flushed.
const SCRIPT: &str = r#"
set -eu
cd "$FOLDER"
"$BIN/initdb" -D data -U "$SELLER" --pwfile=password -A scram-sha-256 -E UTF8 --locale=C --no-sync >log 2>&1
if command -v openssl >/dev/null && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
  -keyout data/server.key -out server.crt >>log 2>&1; then
  cp server.crt data/server.crt
  chmod 600 data/server.key
  ssl=on
else
  ssl=off
fi
serve() {
  "$BIN/postgres" -D data -c listen_addresses=127.0.0.1 -c "port=$PORT" -c unix_socket_directories= -c "ssl=$ssl" \
    -c max_connections=200 -c fsync=off >>log 2>&1 &
  server=$!
}
leave() {
  kill -QUIT "$server" 2>>log || true
  wait "$server" || true
}
serve
while read -r word; do
  case $word in
    away) leave ;;
    back) serve ;;
  esac
done
leave
cd /
rm -rf "$FOLDER"
"#;

/// Where its programs are.
fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    found.sort();
    found.reverse();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&on_path));
    found.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

pub(crate) fn is_installed() -> bool {
    programs().is_some()
}

/// The address of a new, empty database.
pub(crate) fn new_database() -> String {
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let server = match server.get_or_insert_with(start) {
        Ok(server) => server,
        Err(why) => panic!("{why}"),
    };
    server.n_databases += 1;
    let name = format!("law_{}", server.n_databases);
    admin(server).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    address(server, &name)
}

/// A connection beside that of the ledger, to the same database.
pub(crate) fn beside(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// The file of the server's certificate, if it has one.
pub(crate) fn certificate() -> Option<PathBuf> {
    let server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let path = server.as_ref()?.as_ref().ok()?.folder.path().join("server.crt");
    path.is_file().then_some(path)
}

/// Kills the server, and waits until nobody answers any more.
pub(crate) fn away() {
    tell("away\n", false);
}

/// Starts it again after [`away`], and waits until it answers.
pub(crate) fn back() {
    tell("back\n", true);
}

/// Stops the server, if one was started.
pub(crate) fn stop() {
    let server = SERVER.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Ok(mut server)) = server {
        drop(server.child.stdin.take());
        server.child.wait().unwrap();
    }
}

fn tell(word: &str, shall_answer: bool) {
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(Ok(server)) = server.as_mut() else { panic!("no server was started") };
    server.child.stdin.as_mut().unwrap().write_all(word.as_bytes()).unwrap();
    let url = address(server, "postgres");
    for _ in 0..600 {
        if Client::connect(&url, NoTls).is_ok() == shall_answer {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL did not do what it was told: {word}{}", log(server.folder.path()));
}

fn address(server: &Server, database: &str) -> String {
    format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", server.port)
}

fn admin(server: &Server) -> Client {
    Client::connect(&address(server, "postgres"), NoTls).unwrap()
}

fn start() -> Result<Server, String> {
    let programs = programs().unwrap();
    let folder = tempfile::Builder::new().prefix("feedwright-postgres-").tempdir().unwrap();
    fs::write(folder.path().join("password"), PASSWORD).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let mut command = if is_root {
        // The server does not run as root.
        run(Command::new("chown").args(["-R", "postgres"]).arg(folder.path()));
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", SCRIPT]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT]);
        command
    };
    command.env("BIN", &programs).env("FOLDER", folder.path()).env("PORT", port.to_string()).env("SELLER", USER);
    // What ends the group of this process does not end the script before it has ended the server.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let url = format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres");
    let mut last = String::new();
    for _ in 0..600 {
        match Client::connect(&url, NoTls) {
            Ok(_) => return Ok(Server { child, folder, port, n_databases: 0 }),
            Err(why) => last = why.to_string(),
        }
        if child.try_wait().unwrap().is_some() {
            return Err(format!("PostgreSQL does not start:\n{}", log(folder.path())));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(child.stdin.take());
    child.wait().unwrap();
    Err(format!("PostgreSQL did not start within a minute: {last}"))
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
