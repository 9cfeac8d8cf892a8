/** Beats every second, also while the page lies behind others: timers of a hidden page are slowed down, a worker's are not. */
setInterval(() => self.postMessage(0), 1000);
