//! The announced macros.
//!
//! Second comes the message form, then the channel; a call without a form has the channel in second
//! place. The names are matched as words, so that a call of seven arguments is not taken for one of
//! eight, and neither needs to be in scope.

/// A [`CompositeSocketServer`](crate::classic::CompositeSocketServer) that will listen on an interface
/// and a port: `new_socket_server!(CONFIG, "127.0.0.1", 9758)`.
///
/// The config is a const expression; the macros of processors check it while compiling.
#[macro_export]
macro_rules! new_socket_server {
    ($config:expr, $interface:expr, $port:expr $(,)?) => {
        $crate::new_composite_socket_server!($config, $interface, $port, ())
    };
}

/// A [`CompositeSocketServer`](crate::classic::CompositeSocketServer) whose connections have a state,
/// by which they are led from one processor to the next:
/// `new_composite_socket_server!(CONFIG, "127.0.0.1", 9758, State)`.
#[macro_export]
macro_rules! new_composite_socket_server {
    ($config:expr, $interface:expr, $port:expr, $state:ty $(,)?) => {
        $crate::classic::CompositeSocketServer::<$state>::new(const { $config }, $interface, $port)
    };
}

/// A [`CompositeSocketClient`](crate::classic::CompositeSocketClient) that will connect to a host and a
/// port: `new_socket_client!(CONFIG, "localhost", 9758)`.
///
/// The config is a const expression; the macros of processors check it while compiling.
#[macro_export]
macro_rules! new_socket_client {
    ($config:expr, $host:expr, $port:expr $(,)?) => {
        $crate::new_composite_socket_client!($config, $host, $port, ())
    };
}

/// A [`CompositeSocketClient`](crate::classic::CompositeSocketClient) whose connection has a state, by
/// which it is led from one processor to the next:
/// `new_composite_socket_client!(CONFIG, "localhost", 9758, State)`.
#[macro_export]
macro_rules! new_composite_socket_client {
    ($config:expr, $host:expr, $port:expr, $state:ty $(,)?) => {
        $crate::classic::CompositeSocketClient::<$state>::new(const { $config }, $host, $port)
    };
}

/// Adds a processor to a server:
/// [`spawn_processor`](crate::classic::MessagingService::spawn_processor).
///
/// `spawn_server_processor!(CONFIG, Textual, Atomic, server, RemoteMessages, LocalMessages, events, processor)`,
/// or without the form, which then is `Textual`. Gives a
/// `Result<`[`ConnectionChannel`](crate::classic::ConnectionChannel)`, `[`StartError`](crate::classic::StartError)`>`.
#[macro_export]
macro_rules! spawn_server_processor {
    // what all processor macros become
    (@ $method:ident, $config:expr, $form:ident, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr) => {{
        use $crate::classic::MessagingService as _;
        $service.$method(
            const { $crate::classic::$form::<$remote, $local>::checked($config, $crate::classic::Channels::$channel) },
            $events,
            $processor,
        )
    }};
    ($config:expr, Textual, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ spawn_processor, $config, Textual, $channel, $service, $remote, $local, $events, $processor)
    };
    ($config:expr, VariableBinary, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ spawn_processor, $config, VariableBinary, $channel, $service, $remote, $local, $events, $processor)
    };
    ($config:expr, MmapBinary, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ spawn_processor, $config, MmapBinary, $channel, $service, $remote, $local, $events, $processor)
    };
    ($config:expr, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ spawn_processor, $config, Textual, $channel, $service, $remote, $local, $events, $processor)
    };
}

/// Adds a processor to a client; the arguments are those of
/// [`spawn_server_processor!`](crate::spawn_server_processor).
#[macro_export]
macro_rules! spawn_client_processor {
    ($($arguments:tt)*) => {
        $crate::spawn_server_processor!($($arguments)*)
    };
}

/// Adds a processor to a server and starts the server with it; the arguments are those of
/// [`spawn_server_processor!`](crate::spawn_server_processor).
///
/// Awaits, and gives a `Result<(), `[`StartError`](crate::classic::StartError)`>`.
#[macro_export]
macro_rules! start_server_processor {
    ($config:expr, Textual, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ start_processor, $config, Textual, $channel, $service, $remote, $local, $events, $processor).await
    };
    ($config:expr, VariableBinary, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ start_processor, $config, VariableBinary, $channel, $service, $remote, $local, $events, $processor).await
    };
    ($config:expr, MmapBinary, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ start_processor, $config, MmapBinary, $channel, $service, $remote, $local, $events, $processor).await
    };
    ($config:expr, $channel:ident, $service:expr, $remote:ty, $local:ty, $events:expr, $processor:expr $(,)?) => {
        $crate::spawn_server_processor!(@ start_processor, $config, Textual, $channel, $service, $remote, $local, $events, $processor).await
    };
}

/// Adds a processor to a client and connects the client with it; the arguments are those of
/// [`spawn_server_processor!`](crate::spawn_server_processor).
///
/// Awaits, and gives a `Result<(), `[`StartError`](crate::classic::StartError)`>`.
#[macro_export]
macro_rules! start_client_processor {
    ($($arguments:tt)*) => {
        $crate::start_server_processor!($($arguments)*)
    };
}
