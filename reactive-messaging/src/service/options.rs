//! The options that builders share, each method with its docs once.

/// `config` and `on_error` of a builder whose `Setup` is at `$setup`.
macro_rules! options {
    ($setup:tt) => {
        /// Replaces the configuration; a contradiction in it is an error when this starts.
        pub fn config(mut self, config: $crate::ConstConfig) -> Self {
            self.$setup.config = config;
            self
        }

        /// What happens when an item of the handler's stream is an `Err`.
        pub fn on_error(mut self, on_error: $crate::OnError) -> Self {
            self.$setup.on_error = on_error;
            self
        }
    };
}

/// `wire` and `wires` of a builder whose `Setup` is at `$setup`.
macro_rules! wire_options {
    ($setup:tt) => {
        /// Speaks another wire than the protocols' own, in both directions.
        pub fn wire<W: $crate::Decode<H::Remote> + $crate::Encode<H::Local>>(
            mut self,
            wire: W,
        ) -> Self {
            let _ = wire;
            self.$setup.handler.set_wires::<W, W>();
            self
        }

        /// Speaks another wire than the protocols' own in each direction: what the remote says is
        /// read by `inbound`, what the handler says is written by `outbound`.
        pub fn wires<In: $crate::Decode<H::Remote>, Out: $crate::Encode<H::Local>>(
            mut self,
            inbound: In,
            outbound: Out,
        ) -> Self {
            let _ = (inbound, outbound);
            self.$setup.handler.set_wires::<In, Out>();
            self
        }
    };
}

/// `on_event` and `on_connection_event` of a builder whose `Setup` is at `$setup`.
macro_rules! event_options {
    ($setup:tt) => {
        /// Is told of peers that arrive and leave, in sequence for each connection; a slow callback
        /// delays its own connection only. A second callback replaces the first.
        ///
        /// Until `PeerArrived` is done nobody reads or writes: what it sends beyond
        /// `outbound_bytes`, or a wait for the end of the connection, would never be done.
        ///
        /// Takes an async fn, or a closure that clones what it captures:
        ///
        /// ```
        /// # use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
        /// # use reactive_messaging::{Handler, ProtocolEvent, Bind};
        /// # fn watched<H: Handler>(bind: Bind<H>) -> Bind<H> {
        /// let arrivals = Arc::new(AtomicU32::new(0));
        /// bind.on_event(move |event| {
        ///     let arrivals = arrivals.clone();
        ///     async move {
        ///         if let ProtocolEvent::PeerArrived { peer } = event {
        ///             let arrival = arrivals.fetch_add(1, Ordering::Relaxed);
        ///             println!("peer {arrival} comes from {}", peer.address());
        ///         }
        ///     }
        /// })
        /// # }
        /// ```
        pub fn on_event<F, Fut>(mut self, callback: F) -> Self
        where
            F: Fn(H::Event) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = ()> + Send + 'static,
        {
            self.$setup.events.on_protocol(callback);
            self
        }

        /// Is told of connections that come, go and are refused. A second callback replaces the
        /// first.
        pub fn on_connection_event<F, Fut>(mut self, callback: F) -> Self
        where
            F: Fn($crate::ConnectionEvent) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = ()> + Send + 'static,
        {
            self.$setup.events.on_connection(callback);
            self
        }
    };
}

pub(super) use {event_options, options, wire_options};
