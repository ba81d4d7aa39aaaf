//! What happens to the world while a process works: the disk is full, the database goes away.

use super::ground::Ground;
use super::server;
use super::trial::Disaster;
use anyhow::Context as _;
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Something else fills the disk that the ledger's file is on.
pub(crate) struct FullDisk;

/// The database's server is killed.
pub(crate) struct AwayDatabase;

/// A small disk of its own under a ground's ledger, until it is dropped.
pub(crate) struct Disk<'a>(&'a Path);

const BALLAST: &str = "ballast";

/// Larger than the disk.
const LARGE: usize = 24 << 20;

impl Disaster for FullDisk {
    fn strike(&self, ground: &Ground) -> Result<()> {
        let ballast = ground.disk().join(BALLAST);
        let mut size = LARGE;
        while size > 0 && fs::write(&ballast, vec![0_u8; size]).is_err() {
            size = size.saturating_sub(64 << 10);
        }
        // To the last page.
        let rest = ground.disk().join("ballast-2");
        let mut size = 64 << 10;
        while size > 0 && fs::write(&rest, vec![0_u8; size]).is_err() {
            size -= 4 << 10;
        }
        Ok(())
    }

    fn cure(&self, ground: &Ground) -> Result<()> {
        for name in [BALLAST, "ballast-2"] {
            fs::remove_file(ground.disk().join(name))?;
        }
        Ok(())
    }

    fn is_named(&self, said: &str) -> bool {
        said.contains("full")
    }
}

impl Disaster for AwayDatabase {
    fn strike(&self, _: &Ground) -> Result<()> {
        server::away();
        Ok(())
    }

    fn cure(&self, _: &Ground) -> Result<()> {
        server::back();
        Ok(())
    }

    fn is_named(&self, said: &str) -> bool {
        said.contains("ledger")
    }
}

impl<'a> Disk<'a> {
    /// Mounts one; none where that is not ours to do.
    pub(crate) fn mount(folder: &'a Path) -> Result<Option<Self>> {
        fs::create_dir_all(folder)?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            .arg(folder)
            .output()
            .context("there is no `mount`")?;
        Ok(mounted.status.success().then_some(Self(folder)))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _stays_mounted = Command::new("umount").arg("-l").arg(self.0).status();
    }
}
