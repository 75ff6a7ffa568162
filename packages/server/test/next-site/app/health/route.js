export const GET = () => new Response("The shop is well")
