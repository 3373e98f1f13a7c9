use std::{
    any::type_name,
    env,
    io::Read,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    process::{Resource, Rlimit, setrlimit},
    time::{ClockId, clock_gettime},
};

/// Tells the test binary which of its tests it is the child of.
const CHILD: &str = "REACTIVE_MESSAGING_TEST_IS_CHILD";
/// What a child prints last. Without it, no test has run.
const DONE: &str = "child: done";
/// No child lives longer.
const LIFETIME: Duration = Duration::from_secs(30);

/// What a process may have.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Descriptors, if they are limited.
    pub descriptors: Option<u64>,
    /// Bytes of address space, if they are limited.
    pub address_space: Option<u64>,
    /// Bytes of the stack that the test runs on, if it is not that of any thread.
    pub stack: Option<usize>,
}

/// Runs `test`, a closure written in a `#[test]`, in a process of its own under `limits`: whatever
/// happens to it happens to nothing else, and what it counts is its own. What that process printed is
/// shown.
///
/// The process is this binary, told to run the calling test only; there, this fn runs the closure.
///
/// # Panics
/// If the process fails, or does not end: it is killed then.
#[track_caller]
pub fn in_child<F: FnOnce() + Send + 'static>(limits: Limits, test: F) {
    let name = name_of::<F>();
    if env::var(CHILD).is_ok_and(|child| child == name) {
        be_child(limits, test);
        println!("\n{DONE}");
        return;
    }
    let mut child = Command::new(env::current_exe().expect("this binary"))
        .args([name, "--exact", "--nocapture", "--include-ignored"])
        .env(CHILD, name)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let stdout = collect(child.stdout.take().expect("a pipe"));
    let stderr = collect(child.stderr.take().expect("a pipe"));
    let began = Instant::now();
    let status = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break Some(status),
            None if began.elapsed() > LIFETIME => break None,
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    if status.is_none() {
        child.kill().expect("a child");
        child.wait().expect("a child");
    }
    let (stdout, stderr) = (stdout.join(), stderr.join());
    let (stdout, stderr) = (stdout.expect("its output"), stderr.expect("its errors"));
    match status {
        None => panic!("{name} did not end within {LIFETIME:?}\n{stdout}\n{stderr}"),
        Some(status) if status.success() && stdout.contains(DONE) => println!("{stdout}"),
        Some(status) => panic!("{name} in a process of its own: {status}\n{stdout}\n{stderr}"),
    }
}

/// Runs `test` on this thread, to its end: in a child, nobody else has begun a runtime.
pub fn block_on(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    runtime.block_on(test);
}

fn be_child(limits: Limits, test: impl FnOnce() + Send + 'static) {
    for (resource, limit) in [
        (Resource::Nofile, limits.descriptors),
        (Resource::As, limits.address_space),
    ] {
        if let Some(limit) = limit {
            let limit = Rlimit {
                current: Some(limit),
                maximum: Some(limit),
            };
            setrlimit(resource, limit).expect("a lower limit");
        }
    }
    match limits.stack {
        None => test(),
        Some(bytes) => {
            let thread = thread::Builder::new().stack_size(bytes).spawn(test);
            if let Err(panic) = thread.expect("a thread").join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// The name by which the harness knows the test that this closure is written in.
fn name_of<F>() -> &'static str {
    let closure = type_name::<F>();
    let path = closure.split("::{{closure}}").next().unwrap_or(closure);
    path.split_once("::").map_or(path, |(_crate, path)| path)
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // a pipe that breaks ends like one that is closed
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// How long this process was at work so far, in all of its threads.
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("a time that began at zero");
    Duration::new(seconds, u32::try_from(time.tv_nsec).expect("a fraction"))
}

/// How many descriptors this process has.
pub fn descriptors() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("a list of descriptors");
    // the list itself is one
    open.count() - 1
}
