/// A game.
pub mod game {
    use super::*;
    pub async fn negotiate(
        messages: impl Stream<Item = PreGameClient>,
        peer: Peer<PreGameServer, Negotiate>,
        stats: Arc<Stats>,
    ) -> impl Stream<Item = PreGameServer> {
        messages.map(answer)
    }
    /// Plays.
    #[cfg(feature = "game")]
    pub async fn play(
        mut session: Session,
        messages: Incoming<GameClient>,
        peer: Peer<GameServer>,
        stats: Arc<Stats>,
    ) -> Result<Play, PlayError> {
        Ok(Play::Closing)
    }
    fn close(
        messages: Incoming<GameClient>,
    ) -> impl Stream<Item = impl Future<Output = GameServer>> {
        messages.map(answer)
    }
    use ::reactive_messaging::__private as __rm;
    /// Which stage a connection is in, with what that was handed.
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    pub enum State {
        #[allow(missing_docs)]
        PreGame,
        #[cfg(feature = "game")]
        #[allow(missing_docs)]
        Game(Session),
        #[allow(missing_docs)]
        Closing,
    }
    /// What the stage `PreGame` may be left for, with what that is handed.
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    pub enum Negotiate {
        #[cfg(feature = "game")]
        #[allow(missing_docs)]
        Game(Session),
        #[allow(missing_docs)]
        Closing,
    }
    #[cfg(feature = "game")]
    /// What the stage `Game` may be left for, with what that is handed.
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    pub enum Play {
        #[allow(missing_docs)]
        Closing,
    }
    /// What the stage `Closing` may be left for, with what that is handed.
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    enum Leave {}
    #[allow(unreachable_code, unused_variables)]
    impl __rm::Debug for State {
        fn fmt(&self, f: &mut __rm::Formatter<'_>) -> __rm::fmt::Result {
            f.write_str(
                match *self {
                    Self::PreGame { .. } => "PreGame",
                    #[cfg(feature = "game")]
                    Self::Game { .. } => "Game",
                    Self::Closing { .. } => "Closing",
                },
            )
        }
    }
    /// What is told of the stages of a connection, and of the service.
    #[derive(__rm::Debug, __rm::Clone)]
    #[allow(
        dead_code,
        missing_debug_implementations,
        private_interfaces,
        unreachable_pub
    )]
    pub enum Event {
        /// Of the stage `PreGame`.
        PreGame(__rm::ProtocolEvent<PreGameServer>),
        #[cfg(feature = "game")]
        /// Of the stage `Game`.
        Game(__rm::ProtocolEvent<GameServer>),
        /// Of the stage `Closing`.
        Closing(__rm::ProtocolEvent<<GameServer as __rm::LocalOfItem>::Local>),
        /// The service is over: all its dialogs are.
        LocalServiceTermination,
    }
    impl __rm::From<__rm::LocalServiceTermination> for Event {
        fn from(_: __rm::LocalServiceTermination) -> Self {
            Self::LocalServiceTermination
        }
    }
    #[allow(unreachable_code, unused_variables)]
    impl __rm::Debug for Negotiate {
        fn fmt(&self, f: &mut __rm::Formatter<'_>) -> __rm::fmt::Result {
            f.write_str(
                match *self {
                    #[cfg(feature = "game")]
                    Self::Game { .. } => "Game",
                    Self::Closing { .. } => "Closing",
                },
            )
        }
    }
    impl __rm::From<Negotiate> for State {
        fn from(leaving: Negotiate) -> Self {
            match leaving {
                #[cfg(feature = "game")]
                Negotiate::Game(payload_0) => State::Game(payload_0),
                Negotiate::Closing => State::Closing,
            }
        }
    }
    impl __rm::LocalOfOutcome for Negotiate {
        type Local = __rm::NoMessages;
    }
    #[cfg(feature = "game")]
    #[allow(unreachable_code, unused_variables)]
    impl __rm::Debug for Play {
        fn fmt(&self, f: &mut __rm::Formatter<'_>) -> __rm::fmt::Result {
            f.write_str(
                match *self {
                    Self::Closing { .. } => "Closing",
                },
            )
        }
    }
    #[cfg(feature = "game")]
    impl __rm::From<Play> for State {
        fn from(leaving: Play) -> Self {
            match leaving {
                Play::Closing => State::Closing,
            }
        }
    }
    #[cfg(feature = "game")]
    impl __rm::LocalOfOutcome for Play {
        type Local = __rm::NoMessages;
    }
    #[allow(unreachable_code, unused_variables)]
    impl __rm::Debug for Leave {
        fn fmt(&self, f: &mut __rm::Formatter<'_>) -> __rm::fmt::Result {
            match *self {}
        }
    }
    impl __rm::From<Leave> for State {
        fn from(leaving: Leave) -> Self {
            match leaving {}
        }
    }
    impl __rm::LocalOfOutcome for Leave {
        type Local = __rm::NoMessages;
    }
    const __CONFIG: __rm::ConstConfig = __rm::ConstConfig {
        max_frame_len: 4 * 1024,
        ..__rm::ConstConfig::default()
    };
    /// The limits and timeouts of stages that have none of their own, unless `.config(…)` sets
    /// others.
    #[allow(unreachable_pub)]
    pub const CONFIG: __rm::ConstConfig = __CONFIG;
    /// Sets it up with the state that all connections share.
    #[allow(
        clippy::all,
        clippy::pedantic,
        dead_code,
        deprecated,
        private_bounds,
        private_interfaces,
        unreachable_pub
    )]
    pub fn with(
        stats: Arc<Stats>,
    ) -> __rm::ServerSetup<impl __rm::Serves<Local = __rm::NoMessages, Event = Event>>
    where
        PreGameClient: __rm::ReactiveProtocol,
        PreGameServer: __rm::ReactiveProtocol,
        Arc<Stats>: __rm::State,
        GameClient: __rm::ReactiveProtocol,
        GameServer: __rm::LocalOfItem,
    {
        let options_negotiate = __rm::StageOptions::<
            PreGameClient,
            PreGameServer,
            Event,
        >::new()
            .event(Event::PreGame);
        #[cfg(feature = "game")]
        let options_play = __rm::StageOptions::<GameClient, GameServer, Event>::new()
            .event(Event::Game)
            .config(__CONFIG_PLAY)
            .wire::<Json>(__rm::Default::default());
        let options_close = __rm::StageOptions::<
            GameClient,
            <GameServer as __rm::LocalOfItem>::Local,
            Event,
        >::new()
            .event(Event::Closing);
        __rm::ServerSetup::new(
                __rm::composite::<
                    State,
                    Event,
                >(
                    || State::PreGame,
                    move |current, stage| match current {
                        State::PreGame => {
                            let stats = __rm::Clone::clone(&stats);
                            __rm::stage::<
                                _,
                                _,
                                PreGameClient,
                                PreGameServer,
                                Negotiate,
                                _,
                                _,
                                _,
                                _,
                            >(
                                stage,
                                &options_negotiate,
                                move |
                                    messages: __rm::Incoming<PreGameClient>,
                                    peer: __rm::Peer<PreGameServer, Negotiate>|
                                negotiate(messages, peer, stats),
                            )
                        }
                        #[cfg(feature = "game")]
                        State::Game(payload_0) => {
                            let stats = __rm::Clone::clone(&stats);
                            __rm::stage::<
                                _,
                                _,
                                GameClient,
                                GameServer,
                                Play,
                                _,
                                _,
                                _,
                                _,
                            >(
                                stage,
                                &options_play,
                                move |
                                    messages: __rm::Incoming<GameClient>,
                                    peer: __rm::Peer<GameServer, Play>|
                                play(payload_0, messages, __rm::Peer::plain(&peer), stats),
                            )
                        }
                        State::Closing => {
                            const __CONCURRENCY: usize = __rm::check_concurrency(4);
                            __rm::stage::<
                                _,
                                _,
                                GameClient,
                                <GameServer as __rm::LocalOfItem>::Local,
                                Leave,
                                _,
                                _,
                                _,
                                _,
                            >(
                                stage,
                                &options_close,
                                move |
                                    messages: __rm::Incoming<GameClient>,
                                    _: __rm::Peer<
                                        <GameServer as __rm::LocalOfItem>::Local,
                                        Leave,
                                    >|
                                __rm::ordered::<_, _>(__CONCURRENCY, close(messages)),
                            )
                        }
                    },
                    __rm::Vec::from([
                        (__rm::check_stage::<
                            PreGameClient,
                            PreGameServer,
                            <PreGameClient as __rm::ReactiveProtocol>::Wire,
                            <PreGameServer as __rm::ReactiveProtocol>::Wire,
                        > as __rm::StageCheck),
                        (__rm::check_stage::<
                            GameClient,
                            <GameServer as __rm::LocalOfItem>::Local,
                            <GameClient as __rm::ReactiveProtocol>::Wire,
                            <<GameServer as __rm::LocalOfItem>::Local as __rm::ReactiveProtocol>::Wire,
                        > as __rm::StageCheck),
                    ]),
                ),
            )
            .config(__CONFIG)
            .on_error(__rm::OnError::Close)
    }
    const _: () = __rm::check_config::<
        PreGameClient,
        PreGameServer,
        <PreGameClient as __rm::ReactiveProtocol>::Wire,
        <PreGameServer as __rm::ReactiveProtocol>::Wire,
    >(&__CONFIG);
    #[cfg(feature = "game")]
    const __CONFIG_PLAY: __rm::ConstConfig = LARGE;
    #[cfg(feature = "game")]
    const _: () = __rm::check_config::<
        GameClient,
        GameServer,
        Json,
        Json,
    >(&__CONFIG_PLAY);
    const _: () = __rm::check_config::<
        GameClient,
        <GameServer as __rm::LocalOfItem>::Local,
        <GameClient as __rm::ReactiveProtocol>::Wire,
        <<GameServer as __rm::LocalOfItem>::Local as __rm::ReactiveProtocol>::Wire,
    >(&__CONFIG);
}
