//! Runs the program where the world is against it: no rights, no space, no time, nobody who reads.

use crate::shared::Run;
use std::collections::BTreeMap;
use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

const PROGRAM: &str = env!("CARGO_BIN_EXE_feedwright");

fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("NO_COLOR", "1").env("COLUMNS", "100");
    command
}

fn finished(output: std::process::Output) -> Run {
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// Says aloud what could not be tried here.
#[expect(clippy::print_stderr, reason = "what was not checked is said aloud")]
fn skip(why: &str) {
    eprintln!("NOT CHECKED: {why}");
}

fn run_quietly(program: &str, arguments: &[&str]) -> bool {
    let done = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Takes every right to a file away.
pub(crate) fn forbid(path: &Path) {
    mode(path, 0o000);
}

/// Gives the usual rights back.
pub(crate) fn allow(path: &Path) {
    mode(path, 0o755);
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn mode(_path: &Path, _mode: u32) {}

/// Runs as somebody without rights: root may read everything.
pub(crate) fn run_as_nobody(folder: &Path, arguments: &[&str], more: &[&str]) -> Option<Run> {
    if !cfg!(unix) {
        skip("file rights: this system has none that a test could take away");
        return None;
    }
    if !is_root() {
        return Some(finished(command(PROGRAM, folder).args(arguments).args(more).output().unwrap()));
    }
    allow(folder);
    let drop_rights = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let can = |what: &[&str]| run_quietly("setpriv", &[&drop_rights[..], what].concat());
    // The program may lie where nobody else may go: then a copy of it is run.
    let copy = tempfile::tempdir().unwrap();
    allow(copy.path());
    let program = copy.path().join("feedwright");
    fs::copy(PROGRAM, &program).unwrap();
    let program = program.to_str().unwrap();
    if !can(&[program, "--version"]) || !can(&["test", "-x", folder.to_str().unwrap()]) {
        skip("file rights: root cannot give up its own here (setpriv)");
        return None;
    }
    let output = command("setpriv", folder).args(drop_rights).arg(program).args(arguments).args(more).output();
    Some(finished(output.unwrap()))
}

/// Runs, reads one line, and closes the pipe.
pub(crate) fn run_and_stop_reading(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut child =
        command(PROGRAM, folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stderr).unwrap())
}

/// Runs, and kills it as soon as something holds.
pub(crate) fn run_and_kill(folder: &Path, arguments: &[&str], is_time: &dyn Fn() -> bool) -> Option<()> {
    let mut child =
        command(PROGRAM, folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !is_time() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never came so far");
        if child.try_wait().unwrap().is_some() {
            skip("a killed build: it was through before it could be killed");
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    Some(())
}

/// A small disk of its own over a folder, as long as it is kept.
pub(crate) struct TinyDisk(String);

impl Drop for TinyDisk {
    fn drop(&mut self) {
        run_quietly("umount", &[&self.0]);
    }
}

/// Puts a disk of this size over a folder.
pub(crate) fn tiny_disk(folder: &Path, size: &str) -> Option<TinyDisk> {
    let folder = folder.to_str().unwrap();
    let size = format!("size={size}");
    if !run_quietly("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", folder]) {
        skip("a full disk: a small one cannot be made here (mount -t tmpfs)");
        return None;
    }
    Some(TinyDisk(folder.to_owned()))
}

/// The files of a folder by their paths, without hidden ones.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    all_files(folder).into_iter().filter(|(name, _)| !name.starts_with('.')).collect()
}

/// The files in hidden folders.
pub(crate) fn hidden(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    all_files(folder).into_iter().filter(|(name, _)| name.starts_with('.')).collect()
}

fn all_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files);
    files
}

/// Folders may go while they are looked at: what is gone is not there.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
            // An empty folder is something left behind, too.
            if files.keys().all(|file| !file.starts_with(&format!("{name}/"))) {
                files.insert(format!("{name}/"), Vec::new());
            }
        } else if let Ok(bytes) = fs::read(&path) {
            files.insert(name, bytes);
        }
    }
}
