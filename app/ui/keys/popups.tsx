"use client";

export { CommandMenu } from "./command-menu";
export { KeysHelp } from "./keys-help";
