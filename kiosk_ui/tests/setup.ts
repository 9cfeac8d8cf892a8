import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// jsdom lays nothing out: sizes never change there
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

Element.prototype.scrollIntoView ??= () => {};

// nor has it dialogs that open
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

afterEach(cleanup);
