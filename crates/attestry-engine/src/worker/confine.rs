//! What a child takes from itself before it works: address space, processor time, files, processes and the network.

use rlimit::Resource;
use seccompiler::{TargetArch, apply_filter_all_threads, compile_from_json};
use serde_json::{Value, json};

use crate::error::EngineError;
use crate::request::Limits;

/// Address space for the program itself, its stacks and what operators do not account for, in bytes.
const BASE: u64 = 1536 << 20;
/// Files open at once.
const FILES: u64 = 1024;
const EPERM: u32 = 1;
const ENOSYS: u32 = 38;

/// Sets the limits of this process for good: memory, processor time, no core file, no network, no other program, no
/// writing to files. Threads can still be started.
pub fn apply_limits(limits: Limits) -> Result<(), EngineError> {
    let seconds = limits.seconds.saturating_add(1);
    lower(Resource::AS, BASE.saturating_add(limits.memory_bytes as u64), 0)?;
    lower(Resource::CPU, seconds, 1)?;
    lower(Resource::NOFILE, FILES, 0)?;
    lower(Resource::CORE, 0, 0)?;
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|error| failed(&error))?;
    // A missing call is answered as missing so that the C library falls back to `clone`, whose arguments can be read.
    install(&json!([{"syscall": "clone3"}]), ENOSYS, arch)?;
    install(&closed_calls(arch), EPERM, arch)
}

/// Lowers a limit; the hard one lies `room` above.
fn lower(resource: Resource, soft: u64, room: u64) -> Result<(), EngineError> {
    let (_, hard) = resource.get().map_err(|error| failed(&error))?;
    let top = soft.saturating_add(room).min(hard);
    resource.set(soft.min(top), top).map_err(|error| failed(&error))
}

fn install(calls: &Value, errno: u32, arch: TargetArch) -> Result<(), EngineError> {
    let filter =
        json!({"calls": {"mismatch_action": "allow", "match_action": {"errno": errno}, "filter": calls}});
    let programs = compile_from_json(filter.to_string().as_bytes(), arch).map_err(|error| failed(&error))?;
    programs
        .values()
        .try_for_each(|program| apply_filter_all_threads(program).map_err(|error| failed(&error)))
}

/// Closed on every architecture.
const CLOSED: &[&str] = &[
    "accept",
    "accept4",
    "bind",
    "bpf",
    "chroot",
    "connect",
    "execve",
    "execveat",
    "init_module",
    "io_uring_setup",
    "kexec_load",
    "keyctl",
    "kill",
    "linkat",
    "listen",
    "mkdirat",
    "mknodat",
    "mount",
    "open_by_handle_at",
    "openat2",
    "perf_event_open",
    "pidfd_getfd",
    "pidfd_open",
    "pidfd_send_signal",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "recvfrom",
    "recvmsg",
    "renameat",
    "renameat2",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "setns",
    "socket",
    "symlinkat",
    "truncate",
    "unlinkat",
    "unshare",
    "userfaultfd",
];

/// Closed besides where older calls live on.
const CLOSED_X86_64: &[&str] =
    &["creat", "fork", "link", "mkdir", "mknod", "rename", "rmdir", "symlink", "unlink", "vfork"];

fn closed_calls(arch: TargetArch) -> Value {
    let old = arch == TargetArch::x86_64;
    let older = if old { CLOSED_X86_64 } else { &[] };
    let mut calls: Vec<Value> = CLOSED.iter().chain(older).map(|name| json!({"syscall": name})).collect();
    // Without CLONE_THREAD it is a new process.
    calls.push(json!({"syscall": "clone", "args": [masked(0, 0x0001_0000, 0)]}));
    // Write only and read-write.
    for mode in [1, 2] {
        calls.push(json!({"syscall": "openat", "args": [masked(2, 3, mode)]}));
        if old {
            calls.push(json!({"syscall": "open", "args": [masked(1, 3, mode)]}));
        }
    }
    json!(calls)
}

/// A condition on the bits of an argument under a mask.
fn masked(index: u8, mask: u64, value: u64) -> Value {
    json!({"index": index, "type": "dword", "op": {"masked_eq": mask}, "val": value})
}

fn failed(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Worker(format!("its limits cannot be set: {error}"))
}
