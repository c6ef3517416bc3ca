declare module 'virtual:error-messages' {
  const messages: Record<string, (values: Record<string, string>) => string>;
  export default messages;
}
