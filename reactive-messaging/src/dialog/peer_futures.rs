//! What a `Peer` waits for: room, the drain, the end. Each gives its place up when it is dropped.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    control::{Ending, Order},
    link::Link,
    outbox::Refused,
};
use crate::error::DisconnectReason;

/// Waits for room in the outbox, first in, first out, and fills it.
pub(crate) struct SendInTurn<'a> {
    link: &'a Link,
    frame: Vec<u8>,
    order: Option<Order>,
    ticket: Option<u64>,
}

impl<'a> SendInTurn<'a> {
    pub(crate) fn new(link: &'a Link, frame: Vec<u8>, order: Option<Order>) -> Self {
        Self {
            link,
            frame,
            order,
            ticket: None,
        }
    }

    fn limit(&self) -> usize {
        self.link.settings.config.outbound_bytes
    }
}

impl Future for SendInTurn<'_> {
    type Output = Result<(), Refused>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let (limit, order) = (this.limit(), this.order.clone());
        this.link
            .outbox
            .poll_push(&this.frame, limit, order, &mut this.ticket, cx.waker())
    }
}

impl Drop for SendInTurn<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.link.outbox.cancel(ticket, self.limit());
        }
    }
}

/// Waits until the dialog is over.
pub(crate) struct Over<'a> {
    link: &'a Link,
    ticket: Option<u64>,
}

impl<'a> Over<'a> {
    pub(crate) fn new(link: &'a Link) -> Self {
        Self { link, ticket: None }
    }
}

impl Future for Over<'_> {
    type Output = DisconnectReason;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.link.outbox.poll_over(&mut this.ticket, cx.waker())
    }
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.link.outbox.cancel_ending(ticket);
        }
    }
}

/// Waits until the dialog is asked to end, in a way or a harder one.
pub(crate) struct Ordered<'a> {
    link: &'a Link,
    at_least: Ending,
    ticket: Option<u64>,
}

impl<'a> Ordered<'a> {
    pub(crate) fn new(link: &'a Link, at_least: Ending) -> Self {
        Self {
            link,
            at_least,
            ticket: None,
        }
    }
}

impl Future for Ordered<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.link
            .outbox
            .poll_ordered(this.at_least, &mut this.ticket, cx.waker())
    }
}

impl Drop for Ordered<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.link.outbox.cancel_ending(ticket);
        }
    }
}
